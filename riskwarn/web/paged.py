"""What the pages that list something share: the page asked for, addresses with a part changed, the same rows as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from riskwarn.web.lists import PAGE, plain
from riskwarn.web.night import Row

# The number of an entry in an address: what a database keeps as one.
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Paged(BaseModel):
    """What of a list a person wants to see; every part is in the address."""

    model_config = ConfigDict(frozen=True)

    page: int = Field(default=1, ge=1, le=1000)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE

    def address(self, **changes: Any) -> str:
        """The query of this wish with some parts changed; the first page unless one is named."""
        parts = {**self.model_dump(), "page": 1, **changes}
        given = {name: value for name, value in parts.items() if value not in ("", False, None) and (name, value) != ("page", 1)}
        return urlencode(given)


@dataclass(frozen=True)
class Leaf:
    """One page of rows, and how many rows there are in all."""

    rows: list[Row]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def leaf_of(rows: list[Row]) -> Leaf:
    """Rows of a query that tells the number of all of them in ``total``."""
    return Leaf([{name: value for name, value in row.items() if name != "total"} for row in rows], int(rows[0]["total"]) if rows else 0)


def as_json(night: date, **parts: Any) -> JSONResponse:
    """The night and what it says, days as text."""
    return JSONResponse({"night": night.isoformat()} | {name: _clean(part) for name, part in parts.items()})


def _clean(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _clean(value) for name, value in part.items()}
    return [_clean(one) for one in part] if isinstance(part, list | tuple) else plain(part)
