"""What is wrong with deliveries, planted on purpose: rows that must be set aside, rows that must be kept all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

Changes = dict[str, dict[str, str | float | np.datetime64]]  # kind of defect -> what is put into which column


@dataclass(frozen=True)
class Dirt:
    """One planted defect: ``rows`` rows of a file; ``fate`` is kept | quarantined | duplicate | file_quarantined | reported."""

    source: str
    file_name: str
    kind: str
    rows: int
    fate: str


def soil_inspections(
    records: pd.DataFrame, delivered_on: date, share: float, random: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Adds impossible rows (each kind about ``share`` of the rows, at least one) and spoils the check character of some USCCs."""
    count = max(1, int(len(records) * share))
    late = np.datetime64(delivered_on) + np.timedelta64(40, "D")
    extra: Changes = {
        "impossible_hs": {"hs_code": "9999000000"},
        "future_date": {"sampled_on": late, "known": late, "resulted_on": np.datetime64("NaT"), "result": ""},
        "blank_key": {"inspection_id": ""},
        "negative_quantity": {"quantity": -5.0},
        "unknown_country": {"origin_country": "亚特兰蒂斯"},
    }
    soiled = _with_copies(records, extra, count, random, "inspection_id")
    spoilt = random.random(len(soiled)) < 0.01
    soiled.loc[spoilt, "enterprise_code"] = soiled.loc[spoilt, "enterprise_code"].map(wrong_check)
    return soiled, dict.fromkeys(extra, count) | {"uscc_check": int(spoilt.sum())}


def soil_complaints(
    records: pd.DataFrame, delivered_on: date, share: float, random: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Adds complaints without a number or dated after delivery."""
    count = max(1, int(len(records) * share))
    extra: Changes = {
        "blank_key": {"complaint_id": ""},
        "future_date": {"received_on": np.datetime64(delivered_on) + np.timedelta64(40, "D")},
    }
    return _with_copies(records, extra, count, random, "complaint_id"), dict.fromkeys(extra, count)


def _with_copies(records: pd.DataFrame, changes: Changes, count: int, random: np.random.Generator, key: str) -> pd.DataFrame:
    """The records with spoilt copies of some rows under keys of their own, each placed after the row it was copied from."""
    parts = [records.assign(_at=np.arange(len(records), dtype=float))]
    for number, change in enumerate(changes.values()):
        at = random.integers(0, len(records), count)
        copies = records.iloc[at].assign(_at=at + 0.1 + number / 100)
        copies[key] = copies[key] + f"X{number}" + pd.Series(np.arange(count), index=copies.index).astype(str)
        for column, value in change.items():
            copies[column] = value
        parts.append(copies)
    return pd.concat(parts, ignore_index=True).sort_values("_at", kind="stable").drop(columns="_at").reset_index(drop=True)


def wrong_check(code: str) -> str:
    """The code with a check character that is not its own."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")


FATES = {
    "impossible_hs": "quarantined",
    "future_date": "quarantined",
    "blank_key": "quarantined",
    "negative_quantity": "quarantined",
    "unreadable_date": "quarantined",
    "unknown_country": "kept",
    "uscc_check": "kept",
    "sent_twice": "duplicate",
    "sent_again": "duplicate",
    "missing_column": "file_quarantined",
    "unknown_column": "reported",
}
