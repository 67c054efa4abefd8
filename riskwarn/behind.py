"""Who and what is behind the warnings of a night, read from the warehouse by their series and weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from riskwarn import warehouse
from riskwarn.assess import episodes as ep
from riskwarn.assess.reasons import parts_of
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.model import SERIES_COLUMNS, UNKNOWN
from riskwarn.sql import Connection

WANTED_COLUMNS = ["warning_id", "counts", "source", *SERIES_COLUMNS, "from_week", "to_week", "window_from_week"]


@dataclass(frozen=True)
class Behind:
    """Distinct events by warning, dimension and value; lots inspected and declared by warning; all of the window that was judged."""

    contributors: pd.DataFrame
    inspected: dict[str, int]
    declared: dict[str, int]

    @classmethod
    def read(cls, con: Connection, shown: Sequence[ep.Episode]) -> Behind:
        """Of the windows that were judged."""
        keys = wanted_keys(shown)
        window = keys.assign(from_week=keys["window_from_week"])
        lots = warehouse.read_window_lots(con, keys)
        return cls(warehouse.read_contributors(con, window), *(dict(zip(lots["warning_id"], map(int, lots[n]), strict=True)) for n in LOTS))

    def of(self, warning_id: str, dimension: str) -> tuple[tuple[str, int], ...]:
        """(value, events) of one dimension, most first."""
        table = self.contributors
        mine = table[(table["warning_id"] == warning_id) & (table["dimension"] == dimension)]
        return tuple((str(code), int(n)) for code, n in zip(mine["code"], mine["event_count"], strict=True))

    def total(self, warning_id: str, dimension: str = "all") -> int:
        return sum(n for _, n in self.of(warning_id, dimension))

    def distinct(self, warning_id: str, dimension: str) -> int:
        """How many different known values."""
        return sum(code != UNKNOWN for code, _ in self.of(warning_id, dimension))

    def halves(self, warning_id: str, last_week: date, window_weeks: int) -> tuple[int, int]:
        """Events of the earlier and of the later half of the window; (0, 0) of a window that has no halves."""
        if window_weeks < 2:
            return 0, 0
        turn = last_week - timedelta(weeks=window_weeks // 2 - 1)
        weeks = [(date.fromisoformat(code), n) for code, n in self.of(warning_id, "week")]
        return sum(n for week, n in weeks if week < turn), sum(n for week, n in weeks if week >= turn)


LOTS = ("inspected", "declared")


def wanted_keys(shown: Sequence[ep.Episode]) -> pd.DataFrame:
    """What of the warehouse belongs to each episode (WANTED_COLUMNS): its series, from the onset and from the window's first week on."""
    indicators = {i.id: i for i in load_indicators()}
    return pd.DataFrame([row for e in shown for row in _wanted(e, indicators)], columns=WANTED_COLUMNS)


def _wanted(episode: ep.Episode, indicators: Mapping[str, Indicator]) -> list[list[Any]]:
    """One row for each kind of event that the episode counts: several where it combines signals."""
    window_from = episode.evidence.week - timedelta(weeks=episode.evidence.window_weeks - 1)
    key = [getattr(episode.key, name) for name in SERIES_COLUMNS]
    own = indicators[episode.indicator_id]
    counted = [indicators[part.indicator_id].numerator for part in parts_of(episode.evidence.parts)] or [own.numerator]
    weeks = [min(episode.onset_week, window_from), episode.last_week, window_from]
    return [[episode.episode_id, numerator, own.rule_source or None, *key, *weeks] for numerator in counted]


def shared_events(con: Connection, episodes: Sequence[ep.Episode]) -> dict[tuple[str, str], int]:
    """How many events each two episodes of an indicator have in common since their onset; of an episode with itself: all of them."""
    known = {i.id for i in load_indicators()}
    keys = wanted_keys([e for e in episodes if e.indicator_id in known])
    return warehouse.read_shared_events(con, keys) if len(keys) > 1 else {}
