"""How well the nights found what was planted: each event against the warnings, each warning against the events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from riskwarn.demo.events import DECOYS
from riskwarn.frames import records
from riskwarn.lake import replacing
from riskwarn.model import ALL

Row = dict[str, Any]

# An event may be told by a neighbouring indicator: a complaint with an injury is a complaint and an injury.
RELATED = {
    "complaints": ("complaints", "injuries", "grave_event_complaint"),
    "enterprise_reports": ("enterprise_reports", "injuries", "grave_event_report"),
}


@dataclass(frozen=True)
class Comparison:
    """``events`` has one row an event: the truth's columns and ``outcome`` (found | missed | found_unexpectedly | not_expected |
    silent | raised_wrongly), ``first_raised_on``, ``weeks_after_onset``, ``warning_ids``. ``false_warnings`` are the warnings
    that no event explains, ``warning_count`` all that were raised.
    """

    events: pd.DataFrame
    false_warnings: pd.DataFrame
    warning_count: int

    def count(self, *outcomes: str) -> int:
        return int(self.events["outcome"].isin(outcomes).sum())

    @property
    def median_weeks(self) -> float | None:
        """Median weeks from the beginning of an event to its first warning, among those found."""
        found = self.events.loc[self.events["outcome"] == "found", "weeks_after_onset"]
        return float(found.median()) if len(found) else None


def compare(truth: pd.DataFrame, warnings: pd.DataFrame) -> Comparison:
    """Compares truth.csv with the warnings of all replayed nights (rows with the columns of mart_warnings)."""
    raised = sorted(records(warnings), key=lambda w: (w["first_raised_on"], w["warning_id"]))
    rows: list[Row] = []
    explained: set[str] = set()
    for event in records(truth):
        matching = [warning for warning in raised if explains(event, warning)]
        if event["kind"] not in DECOYS:
            explained |= {warning["warning_id"] for warning in matching}
        first = as_date(matching[0]["first_raised_on"]) if matching else None
        rows.append(
            event
            | {
                "outcome": _outcome(event, bool(matching)),
                "first_raised_on": first,
                "weeks_after_onset": (first - as_date(event["onset_week"])).days / 7 if first else None,
                "warning_ids": " ".join(warning["warning_id"] for warning in matching),
            }
        )
    others = warnings[~warnings["warning_id"].isin(explained)].reset_index(drop=True)
    return Comparison(pd.DataFrame(rows), others, len(warnings))


def explains(event: Row, warning: Row) -> bool:
    """Whether a warning speaks of an event: its indicator, product, origin and hazard, raised after the onset about its weeks."""
    indicator = event["indicator_id"]
    onset, end = as_date(event["onset_week"]), event["end_week"]
    is_grave = indicator.startswith("grave")
    return (
        warning["indicator_id"] in RELATED.get(indicator, (indicator,))
        and warning["direction"] == event["direction"]
        and _same(event["product_code"], warning["product_code"])
        and _same(event["origin_country"], warning["origin_country"])
        and not _is_everywhere(event, warning)
        and (is_grave or _same(event["hazard_category"], warning["hazard_category"]))
        and as_date(warning["first_raised_on"]) > onset
        and as_date(warning["last_week"]) >= onset
        and (pd.isna(end) or as_date(warning["onset_week"]) <= as_date(end))
    )


def _same(planted: str, warned: str) -> bool:
    return planted == warned or ALL in (planted, warned)


def _is_everywhere(event: Row, warning: Row) -> bool:
    """Whether the warning is wider than the event in product and origin: then it need not be about it at all."""
    return all(warning[name] == ALL != event[name] for name in ("product_code", "origin_country"))


def _outcome(event: Row, is_raised: bool) -> str:
    if event["kind"] in DECOYS:
        return "raised_wrongly" if is_raised else "silent"
    if event["expected_detectable"]:
        return "found" if is_raised else "missed"
    return "found_unexpectedly" if is_raised else "not_expected"


def as_date(value: Any) -> date:
    """A date from what DuckDB, pandas or a CSV file made of it."""
    stamp = pd.Timestamp(value)
    return date(stamp.year, stamp.month, stamp.day)


def write_comparison(path: Path, comparison: Comparison) -> None:
    """demo_comparison.csv: the events with their outcomes, then the warnings that no event explains."""
    shared = ["indicator_id", "direction", "product_code", "origin_country", "hazard_category", "onset_week", "first_raised_on"]
    false = comparison.false_warnings[shared].assign(
        outcome="false_warning", warning_ids=comparison.false_warnings["warning_id"], note_en=comparison.false_warnings["reason_en"]
    )
    table = pd.concat([comparison.events.astype(object), false.astype(object)], ignore_index=True)
    for column in ("onset_week", "end_week", "first_raised_on"):
        table[column] = [None if pd.isna(day) else as_date(day) for day in table[column]]
    with replacing(path) as aside:
        table.to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")
