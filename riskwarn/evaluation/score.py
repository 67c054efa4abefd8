"""Recall, lead time and episodes elsewhere of replayed nights, per volume stratum, beside a placebo of matched lanes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.evaluation.events import FILTERS, Event
from riskwarn.evaluation.lanes import DIMENSIONS, Lanes, is_about, matched
from riskwarn.frames import records
from riskwarn.model import ALL

GRACE = timedelta(days=56)  # raised so long after the act, an event still counts as found, but late
# Events in the 52 weeks before: at most three, at most one every other week, more.
STRATA = (("quiet", 3), ("middle", 25), ("busy", None))
FOUND, LATE, OPEN_BEFORE, MISSED, NOT_REPLAYED = "found", "late", "open_before", "missed", "not_replayed"


@dataclass(frozen=True)
class Outcome:
    """What the replay made of one event.

    ``status``: found (raised in time), late (within GRACE after the act), open_before (covered by an episode raised before it was
    visible, and no new one), missed, not_replayed. ``lead_days`` = act minus first raised (negative: after), ``delay_days`` = first
    raised minus visible_from. ``placebo_hits`` of ``placebo_lanes`` lanes of like volume would have counted as found in time.
    """

    event: Event
    status: str
    volume: int
    stratum: str
    warning_id: str
    first_raised_on: date | None
    onset_week: date | None
    lead_days: int | None
    delay_days: int | None
    placebo_hits: int
    placebo_lanes: int
    known: int  # events of the lane that became known between visible_from and the end of the time: what there was to go by


@dataclass(frozen=True)
class Stratum:
    """Sums over the events, placebo lanes and other episodes of one volume stratum (or of all)."""

    name: str
    events: int
    in_time: int
    late: int
    placebo_hits: int
    placebo_lanes: int
    elsewhere: int
    median_lead_days: float | None


@dataclass(frozen=True)
class Evaluation:
    """The result for a replay from ``begin`` to ``end`` in steps of ``every`` days; ``openings`` has a column ``event`` (name or '')."""

    begin: date
    end: date
    every: int
    outcomes: tuple[Outcome, ...]
    strata: tuple[Stratum, ...]  # quiet, middle, busy, all
    openings: pd.DataFrame
    seed: int

    @property
    def years(self) -> float:
        return ((self.end - self.begin).days + self.every) / 365.25


@dataclass(frozen=True)
class _Opened:
    """One opened episode with the rows of the lanes behind it."""

    row: Mapping[str, Any]
    raised_on: date
    active_until: date
    behind: NDArray[np.intp]


def evaluate(
    openings: pd.DataFrame,
    lanes_frame: pd.DataFrame,
    events: Sequence[Event],
    span: tuple[date, date, int],
    *,
    placebos: int = 200,
    seed: int = 1,
) -> Evaluation:
    """Compares the openings of a replay (see :class:`riskwarn.backtest.Replay`) with documented events.

    ``span`` is first night, last night and days between nights. The placebo draws ``placebos`` lanes an event with ``seed``.
    """
    begin, end, every = span
    lanes = Lanes.of(lanes_frame)
    opened = [_opened(lanes, row) for row in records(openings)]
    rng = np.random.default_rng(seed)
    outcomes = tuple(_outcome(lanes, opened, event, events, (begin, end), (placebos, rng)) for event in events)
    names = [_event_of(lanes, one, events) for one in opened]
    volumes = [_stratum_of(_volume(lanes, one)) for one in opened]
    told = openings.assign(event=names, stratum=volumes)
    elsewhere = told.drop_duplicates("warning_id")
    elsewhere = elsewhere[~elsewhere["warning_id"].isin(told.loc[told["event"] != "", "warning_id"])]
    strata = tuple(_summed(name, outcomes, elsewhere) for name in (*(name for name, _ in STRATA), ALL))
    return Evaluation(begin, end, every, outcomes, strata, told, seed)


def events_table(evaluation: Evaluation) -> pd.DataFrame:
    """One row an event, for people and spreadsheets."""
    rows = [
        {
            "name": o.event.name,
            "source": o.event.source,
            **{name: "|".join(sorted(o.event.wanted.get(name, ()))) for name in FILTERS},
            "visible_from": o.event.visible_from,
            "official_on": o.event.official_on,
            "visible_until": o.event.visible_until,
            "status": o.status,
            "first_raised_on": o.first_raised_on,
            "onset_week": o.onset_week,
            "lead_days": o.lead_days,
            "delay_days": o.delay_days,
            "volume": o.volume,
            "known": o.known,
            "stratum": o.stratum,
            "warning_id": o.warning_id,
            "placebo_hits": o.placebo_hits,
            "placebo_lanes": o.placebo_lanes,
        }
        for o in evaluation.outcomes
    ]
    table = pd.DataFrame(rows)
    return table.astype({"lead_days": "Int64", "delay_days": "Int64"})


def _opened(lanes: Lanes, row: Mapping[str, Any]) -> _Opened:
    raised, until = (pd.Timestamp(row[name]).date() for name in ("raised_on", "active_until"))
    return _Opened(row, raised, until, lanes.behind(row))


def _outcome(
    lanes: Lanes, opened: Sequence[_Opened], event: Event, events: Sequence[Event], span: tuple[date, date],
    placebo: tuple[int, np.random.Generator],
) -> Outcome:  # fmt: skip
    volume = lanes.volume(event.wanted, event.visible_from)
    stratum = _stratum_of(volume)
    known = lanes.learned(event.wanted, event.visible_from, event.in_time_until)
    if event.visible_from < span[0] or event.in_time_until > span[1]:
        return Outcome(event, NOT_REPLAYED, volume, stratum, "", None, None, None, None, 0, 0, known)
    status, first = _status(lanes, opened, event, event.wanted)
    others = matched(lanes, event, events, event.in_time_until + GRACE, *placebo)
    hits = sum(_status(lanes, opened, event, lane.wanted)[0] == FOUND for lane in others)
    if first is None:
        return Outcome(event, status, volume, stratum, "", None, None, None, None, hits, len(others), known)
    raised = first.raised_on
    lead = (event.official_on - raised).days if event.official_on and status != OPEN_BEFORE else None
    delay = (raised - event.visible_from).days if status != OPEN_BEFORE else None
    onset = pd.Timestamp(first.row["onset_week"]).date()
    return Outcome(event, status, volume, stratum, str(first.row["warning_id"]), raised, onset, lead, delay, hits, len(others), known)


def _status(
    lanes: Lanes, opened: Sequence[_Opened], event: Event, wanted: Mapping[str, frozenset[str]]
) -> tuple[str, _Opened | None]:  # fmt: skip
    """The status of a lane in the time of an event, and the episode that decides it."""
    limit = _limit(event)
    about = [
        one
        for one in sorted(opened, key=lambda one: (one.raised_on, str(one.row["warning_id"])))
        if one.raised_on <= limit and one.active_until >= event.visible_from and is_about(lanes, one.behind, wanted, one.row)
    ]
    new = [one for one in about if one.raised_on >= event.visible_from]
    if new:
        return (FOUND if new[0].raised_on <= event.in_time_until else LATE), new[0]
    return (OPEN_BEFORE, about[0]) if about else (MISSED, None)


def _limit(event: Event) -> date:
    """The last night on which raising an episode counts for an event."""
    return event.official_on + GRACE if event.official_on else event.in_time_until


def _event_of(lanes: Lanes, one: _Opened, events: Sequence[Event]) -> str:
    for event in events:
        if event.visible_from <= one.raised_on <= _limit(event) and is_about(lanes, one.behind, event.wanted, one.row):
            return event.name
    return ""


def _volume(lanes: Lanes, one: _Opened) -> int:
    series = {name: [str(one.row[name])] for name in DIMENSIONS if one.row.get(name, ALL) != ALL}
    return lanes.volume(series, pd.Timestamp(one.row["onset_week"]).date())


def _stratum_of(volume: int) -> str:
    return next(name for name, most in STRATA if most is None or volume <= most)


def _summed(name: str, outcomes: Sequence[Outcome], elsewhere: pd.DataFrame) -> Stratum:
    mine = [o for o in outcomes if name in (ALL, o.stratum) and o.status != NOT_REPLAYED]
    leads = [o.lead_days for o in mine if o.lead_days is not None]
    return Stratum(
        name,
        len(mine),
        sum(o.status == FOUND for o in mine),
        sum(o.status == LATE for o in mine),
        sum(o.placebo_hits for o in mine),
        sum(o.placebo_lanes for o in mine),
        len(elsewhere) if name == ALL else int((elsewhere["stratum"] == name).sum()),
        median(leads) if leads else None,
    )
