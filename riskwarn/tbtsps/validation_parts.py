"""What the parts of validation share."""

from __future__ import annotations

from dataclasses import dataclass

from riskwarn.documents import Both
from riskwarn.tbtsps.templates import PLACEHOLDERS


@dataclass(frozen=True)
class Found:
    """A rule of rules.toml that a box breaks, and what its text is filled with."""

    rule: str
    key: str
    fields: tuple[tuple[str, str | Both], ...] = ()


def is_open(value: str) -> bool:
    """Whether a box says nothing: blank, not known, not stated or not applicable."""
    return not value.strip() or value.strip().lower() in PLACEHOLDERS


def chosen(value: str) -> list[str]:
    """The options that a box holds."""
    return [code.strip() for code in value.split(",") if code.strip()]
