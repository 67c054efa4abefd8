"""Check results: one row is what one expectation found in one delivery, or in the state of the source, on one night."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from riskwarn.checks.gx import Finding

COLUMNS = {
    "as_of": "object",
    "source": "str",
    "delivery_id": "str",  # '' at the level of the source
    "expectation_id": "str",
    "description_en": "str",
    "description_zh": "str",
    "severity": "str",
    "level": "str",  # row | table | source
    "success": "bool",
    "unexpected_count": "int64",
    "element_count": "int64",
    "sample": "str",  # JSON list of at most 20 business keys
    "note": "str",
}


def as_plain(finding: Finding, delivery_id: str) -> dict[str, Any]:
    """A finding as it is kept in the lake."""
    expectation = finding.expectation
    return {
        "delivery_id": delivery_id,
        "expectation_id": expectation.id,
        "description_en": expectation.description_en,
        "description_zh": expectation.description_zh,
        "severity": "critical" if finding.is_error else expectation.severity,
        "level": expectation.level,
        "success": finding.success,
        "unexpected_count": finding.unexpected_count,
        "element_count": finding.element_count,
        "sample": json.dumps(finding.sample, ensure_ascii=False),
        "note": finding.note,
    }


def as_frame(as_of: date, source: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The night's results of a source, with the columns of ``COLUMNS`` also where there are none."""
    complete = [{"as_of": as_of, "source": source, **row} for row in rows]
    return pd.DataFrame(complete, columns=list(COLUMNS)).astype(COLUMNS)
