"""Planted events: what really happens in the synthetic country, kept in truth.csv and compared with what the nights find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from riskwarn.demo.country import Cell
from riskwarn.demo.hazards import HAZARDS
from riskwarn.demo.products import ALERT_CODES
from riskwarn.lake import replacing
from riskwarn.model import ALL

TRUTH_COLUMNS = (
    *("event_id", "kind", "indicator_id", "direction", "product_scheme", "product_code", "origin_country", "hazard_category"),
    *("onset_week", "end_week", "magnitude", "expected_detectable", "note_en", "note_zh"),
)


@dataclass(frozen=True)
class Event:
    """One planted event. ``kind`` says what it is, ``touches`` which facts it changes, ``magnitude`` by what factor (at its height).

    A decoy changes the data without any change of risk and must raise nothing. ``product_code`` is an HS heading, or for
    foreign alerts a RASFF category; ALL where the event concerns every product or origin.
    """

    event_id: str
    kind: str
    touches: (
        str  # failure | complaint | enterprise_report | foreign_alert | volume | targeting | correction | grave_complaint | grave_report
    )
    direction: str
    product_code: str
    origin: str
    hazard: str
    onset: date  # a Monday
    end: date | None  # the Sunday it ends; None: still going on
    magnitude: float
    note_en: str
    note_zh: str
    is_ramp: bool = False
    is_detectable: bool = True
    on: date | None = None  # the very day, for single grave events

    @property
    def is_decoy(self) -> bool:
        return self.kind in DECOYS

    def concerns(self, cell: Cell) -> bool:
        """Whether a line of trade is hit by the event."""
        if cell.direction != self.direction or (self.product_code == ALL and not cell.product.is_food):
            return False
        return self.product_code in (ALL, cell.product.hs4) and self.origin in (ALL, cell.origin)

    def factor(self, days: np.ndarray) -> np.ndarray:
        """The factor on each day: 1 outside the event, ``magnitude`` within, growing over eight weeks where it is a ramp."""
        if self.kind == "seasonal_peak":
            return 1 + (self.magnitude - 1) * autumn(days)
        began = np.datetime64(self.onset)
        inside = (days >= began) & (days <= np.datetime64(self.end or date.max))
        grown = np.clip((days - began).astype(float) / 56, 0, 1) if self.is_ramp else np.ones(len(days))
        return np.asarray(np.where(inside, 1 + (self.magnitude - 1) * grown, 1.0))


def autumn(days: np.ndarray) -> np.ndarray:
    """A smooth bump of height 1 around the middle of October of every year, about ten weeks wide."""
    day_of_year = (days - days.astype("datetime64[Y]")).astype(float)
    return np.asarray(np.exp(-0.5 * ((day_of_year - 288) / 24) ** 2))


DECOYS = ("denominator_step", "targeting_step", "seasonal_peak")

INDICATORS = {  # what an event touches -> the indicator that should (or for a decoy: must not) raise it
    "failure": "failure_rate",
    "correction": "failure_rate",
    "volume": "failure_rate",
    "targeting": "failure_rate",
    "complaint": "complaints",
    "enterprise_report": "enterprise_reports",
    "foreign_alert": "foreign_alerts",
    "grave_complaint": "grave_event_complaint",
    "grave_report": "grave_event_report",
    "grave_alert": "grave_event_alert",
}


def truth_frame(events: tuple[Event, ...]) -> pd.DataFrame:
    """The events as they stand in truth.csv, one row each."""
    return pd.DataFrame([_truth_row(event) for event in events], columns=list(TRUTH_COLUMNS))


def _truth_row(event: Event) -> tuple[object, ...]:
    scheme = {"foreign_alert": "RASFF", "grave_alert": "OPENFDA"}.get(event.touches, "HS")
    return (
        event.event_id,
        event.kind,
        INDICATORS[event.touches],
        event.direction,
        scheme,
        ALERT_CODES.get(event.product_code, event.product_code),
        event.origin,
        HAZARDS[event.hazard].category if event.hazard else ALL,
        event.onset,
        event.end - timedelta(days=event.end.weekday()) if event.end else None,
        event.magnitude,
        event.is_detectable and not event.is_decoy,
        event.note_en,
        event.note_zh,
    )


def write_truth(path: Path, events: tuple[Event, ...]) -> None:
    """truth.csv, UTF-8 with BOM so that a spreadsheet opens it."""
    with replacing(path) as aside:
        truth_frame(events).to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")
