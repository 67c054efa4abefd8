"""Ingest: what people drop into landing/ becomes typed, canonical rows in the lake; raw bytes are kept, nothing is dropped silently.

``intake.take_in`` is the way in. Nothing is imported here: each spreadsheet is read by a small process of its own, which would pay for it.
"""
