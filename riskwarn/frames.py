"""Small helpers around pandas."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by column name."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def day_of_cell(value: Any) -> date | None:
    """The date in a cell of a table, whatever made it; None where there is none (NaT is not itself)."""
    return None if value is None or value != value else date.fromisoformat(str(value)[:10])
