"""Ingest: what people drop into landing/ becomes typed, canonical rows in the lake; raw bytes are kept, nothing is dropped silently."""

from __future__ import annotations

from riskwarn.ingest.intake import take_in

__all__ = ["take_in"]
