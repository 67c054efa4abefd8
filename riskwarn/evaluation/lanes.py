"""Lanes: what lies behind an episode, how busy a lane was, and which lanes are like that of an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.evaluation.events import Event
from riskwarn.model import ALL, UNKNOWN

DIMENSIONS = ("direction", "product_scheme", "product_code", "origin_country", "hazard_category", "substance")
SHARE = 0.2  # an episode over many origins or hazards is about one of them that has this share of its events
YEAR = timedelta(weeks=52)
LIKE = 2.0  # lanes within this factor are of like volume ...
FEWEST = 20  # ... or the nearest so many, where there are fewer

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lanes:
    """Events by lane, week and day known (see warehouse/40_read/lanes.sql), with every dimension as integer codes."""

    codes: Mapping[str, Ints]
    values: Mapping[str, tuple[str, ...]]
    week: NDArray[np.datetime64]
    known_on: NDArray[np.datetime64]
    count: Ints

    @staticmethod
    def of(frame: pd.DataFrame) -> Lanes:
        found = {name: pd.factorize(frame[name].astype(str)) for name in DIMENSIONS}
        return Lanes(
            {name: codes.astype(np.int64) for name, (codes, _) in found.items()},
            {name: tuple(map(str, values)) for name, (_, values) in found.items()},
            _days(frame["week"]),
            _days(frame["known_on"]),
            frame["event_count"].to_numpy(dtype=np.int64),
        )

    def fits(self, wanted: Mapping[str, Iterable[str]]) -> Mask:
        """Rows that have one of the wanted values in each wanted dimension; other columns are not looked at."""
        fit = np.ones(self.count.size, dtype=bool)
        for name in set(wanted) & set(DIMENSIONS):
            accepted = set(wanted[name])
            fit &= np.array([value in accepted for value in self.values[name]], dtype=bool)[self.codes[name]]
        return fit

    def behind(self, opening: Mapping[str, Any]) -> NDArray[np.intp]:
        """Rows behind an opened episode: of its series, between onset and last week, known on the night that raised it."""
        fit = (self.week >= _day(opening["from_week"])) & (self.week <= _day(opening["last_week"]))
        fit &= self.known_on < _day(opening["raised_on"])
        for name in DIMENSIONS:
            if opening.get(name, ALL) != ALL:
                fit &= self.fits({name: [str(opening[name])]})
        return np.flatnonzero(fit)

    def between(self, begin: date, end: date) -> Mask:
        """Rows of weeks from ``begin`` to before ``end``."""
        return (self.week >= np.datetime64(begin)) & (self.week < np.datetime64(end))

    def volume(self, wanted: Mapping[str, Iterable[str]], before: date) -> int:
        """Events of a lane in the 52 weeks before a day."""
        return int(self.count[self.fits(wanted) & self.between(before - YEAR, before)].sum())

    def learned(self, wanted: Mapping[str, Iterable[str]], begin: date, end: date) -> int:
        """Events of a lane that became known from ``begin`` to before ``end``."""
        fit = self.fits(wanted) & (self.known_on >= np.datetime64(begin)) & (self.known_on < np.datetime64(end))
        return int(self.count[fit].sum())


@dataclass(frozen=True)
class Placebo:
    """A lane without the event: the same dimensions, one value each; ``volume`` = events in the year before."""

    wanted: Mapping[str, frozenset[str]]
    volume: int


def is_about(lanes: Lanes, rows: NDArray[np.intp], wanted: Mapping[str, frozenset[str]], opening: Mapping[str, Any]) -> bool:
    """Whether an opened episode (with the rows behind it) is about what is wanted: by its own columns, or by a fifth of its events."""
    for name in set(wanted) - set(DIMENSIONS):
        if str(opening.get(name, "")) not in wanted[name]:
            return False
    named = [name for name in wanted if name in DIMENSIONS]
    if any(opening.get(name, ALL) not in (ALL, *wanted[name]) for name in named):
        return False
    if all(opening.get(name, ALL) != ALL for name in named):
        return True
    total = lanes.count[rows].sum()
    return bool(total and lanes.count[rows][lanes.fits(wanted)[rows]].sum() >= SHARE * total)


def matched(lanes: Lanes, event: Event, others: Sequence[Event], end: date, number: int, rng: np.random.Generator) -> tuple[Placebo, ...]:
    """Up to ``number`` lanes of like volume that were alive in the event's time and fit no event of that time."""
    named = [name for name in DIMENSIONS if name in event.wanted]
    if not named:
        return ()
    rows = np.flatnonzero(lanes.between(event.visible_from - YEAR, end))
    group, first = _groups([lanes.codes[name][rows] for name in named])
    is_before = lanes.week[rows] < np.datetime64(event.visible_from)
    volume = np.bincount(group, weights=lanes.count[rows] * is_before, minlength=first.size).astype(np.int64)
    candidates = [
        Placebo({name: frozenset({lanes.values[name][lanes.codes[name][rows[at]]]}) for name in named}, int(volume[i]))
        for i, at in enumerate(first)
    ]
    rivals = [other for other in others if other.visible_from <= end and event.visible_from <= other.in_time_until]
    free = [lane for lane in candidates if not any(_meets(lane, other) for other in rivals) and not _is_unnamed(lane)]
    own = lanes.volume(event.wanted, event.visible_from)
    distance = np.abs(np.log([(lane.volume + 1.0) / (own + 1.0) for lane in free]))
    order = np.lexsort((rng.random(len(free)), distance))
    like = max(int((distance <= np.log(LIKE)).sum()), FEWEST)
    pool = order[:like]
    chosen = np.sort(rng.choice(pool.size, size=min(number, pool.size), replace=False)) if pool.size else pool
    return tuple(free[i] for i in pool[chosen])


def _meets(lane: Placebo, event: Event) -> bool:
    """Whether a lane may hold an event's cases: no dimension that both name keeps them apart."""
    return all(lane.wanted[name] & event.wanted[name] for name in lane.wanted if name in event.wanted)


def _is_unnamed(lane: Placebo) -> bool:
    return any(UNKNOWN in values for values in lane.wanted.values())


def _groups(codes: Sequence[Ints]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The group of each row by all codes together, and the first row of each group."""
    _, first, group = np.unique(np.column_stack(codes), axis=0, return_index=True, return_inverse=True)
    return group.reshape(-1), first


def _days(column: pd.Series) -> NDArray[np.datetime64]:
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]")


def _day(given: Any) -> np.datetime64:
    return np.datetime64(pd.Timestamp(given).date())
