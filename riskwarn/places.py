"""Where the project's own SQL, expectations and reference files lie, from a checkout or a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    # A wheel carries the two top-level folders inside the package (see pyproject.toml).
    inside = PACKAGE / f"_{name}"
    return inside if inside.is_dir() else PACKAGE.parent / name


WAREHOUSE = _folder("warehouse")
REFERENCE = WAREHOUSE / "reference"
EXPECTATIONS = _folder("expectations")
INDICATORS = PACKAGE / "indicators"
