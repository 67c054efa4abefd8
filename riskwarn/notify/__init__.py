"""Sending: body -> format -> channel. The file channel (outbox/) always exists."""

from riskwarn.notify.bulletin import send_bulletin

__all__ = ["send_bulletin"]
