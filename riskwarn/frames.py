"""Small helpers around pandas."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by column name."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))
