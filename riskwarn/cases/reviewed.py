"""Reviewed data of the case store: TOML files shipped with it, each replaced whole by a file of the same name in RISKWARN_HOME/config."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from riskwarn.places import PACKAGE

SHIPPED = PACKAGE / "cases"


class ReviewedDataError(ValueError):
    """A reviewed file is not what it must be; the message names the file and what is wrong."""


def read_reviewed(name: str, config: Path | None) -> tuple[Path, dict[str, Any]]:
    """The file in force (the one in ``config``, or else the shipped one) and what it says."""
    own = config / name if config is not None else None
    path = own if own is not None and own.is_file() else SHIPPED / name
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReviewedDataError(f"{path}: {error}") from error


def demand(holds: bool, path: Path, what: str) -> None:
    """Refuses a file that breaks one of its own rules."""
    if not holds:
        raise ReviewedDataError(f"{path}: {what}")
