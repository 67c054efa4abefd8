"""The officers' console: reads the published night, read-only; writes the case store alone."""

from riskwarn.web.app import create_app

__all__ = ["create_app"]
