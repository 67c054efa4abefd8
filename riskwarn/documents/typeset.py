"""PDF by Typst. Values go in as JSON and are shown as text: nothing of them is ever read as Typst's own language."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from riskwarn.documents import safe
from riskwarn.documents.fonts import choose, installed
from riskwarn.places import PACKAGE

TEMPLATES = PACKAGE / "documents"


def pdf(template: str, values: dict[str, Any], day: str) -> bytes:
    """The document as PDF, dated ``day`` (ISO); raises NoChineseFontError."""
    import typst

    made = typst.compile(_path(template), root=str(TEMPLATES), format="pdf", sys_inputs=_inputs(values), timestamp=_midnight(day))
    return bytes(made)


def pictures(template: str, values: dict[str, Any], day: str, ppi: float = 70) -> list[bytes]:
    """The same pages as PNG, for whoever wants to look at them."""
    import typst

    made: Any = typst.compile(
        _path(template), root=str(TEMPLATES), format="png", ppi=ppi, sys_inputs=_inputs(values), timestamp=_midnight(day)
    )
    return [bytes(page) for page in (made if isinstance(made, list) else [made])]


def _path(template: str) -> str:
    return str(TEMPLATES / f"{template}.typ")


def _inputs(values: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps({**_fit(values), "fonts": choose(installed()).by_purpose}, ensure_ascii=False)}


def _midnight(day: str) -> int:
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp())


def _fit(value: Any) -> Any:
    """Every text of nested values, made fit for a page."""
    if isinstance(value, str):
        return safe.fit(value)
    if isinstance(value, dict):
        return {key: _fit(part) for key, part in value.items()}
    return [_fit(part) for part in value] if isinstance(value, list | tuple) else value
