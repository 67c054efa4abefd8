"""Replays past nights from the lake, each knowing only what was known before it, and lists every episode that one of them opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pandas as pd

from riskwarn import judging, warehouse
from riskwarn.assess import episodes as ep
from riskwarn.assessing import assess
from riskwarn.behind import Behind, shared_events
from riskwarn.describing import MART_COLUMNS, WARNING_COLUMNS, describe, shown_of
from riskwarn.detect.carried import Memory
from riskwarn.indicators import load_indicators
from riskwarn.lake import Lake, replacing
from riskwarn.settings import Settings
from riskwarn.sql import Connection

# Of an opening, besides the columns of lake/warnings: the first week of what was judged, the night, and the last night it was active.
OPENING_COLUMNS = ("from_week", "raised_on", "active_until")


@dataclass(frozen=True)
class Replay:
    """What replayed nights opened.

    ``episodes``: one row an episode, as the night that opened it would have shown it (columns of mart_warnings). ``openings``: one row
    each time an episode was opened or opened again (columns of lake/warnings and OPENING_COLUMNS). ``lanes``: the events as the last
    night knew them (warehouse/40_read/lanes.sql).
    """

    episodes: pd.DataFrame
    openings: pd.DataFrame
    lanes: pd.DataFrame


def backtest(settings: Settings, begin: date, end: date, every: int, progress: Callable[[date], None] | None = None) -> pd.DataFrame:
    """One row per episode that a replayed night opened, as that night would have shown it (columns of mart_warnings)."""
    return replay(settings, begin, end, every, progress).episodes


def replay(settings: Settings, begin: date, end: date, every: int, progress: Callable[[date], None] | None = None) -> Replay:
    """Replays the nights from ``begin`` to ``end`` in steps of ``every`` days.

    The home's own episodes, cases and published nights are neither read nor changed. An episode that only repeats another one
    (absorbed) is not listed.
    """
    if every < 1 or end < begin:
        raise ValueError("the replay needs begin <= end and a step of at least one day")
    lake = Lake(settings.lake)
    rules = judging.episode_rules(load_indicators())
    previous: tuple[ep.Episode, ...] = ()
    raised: list[pd.DataFrame] = []
    active_until: dict[str, date] = {}
    lanes = pd.DataFrame()
    memories = {indicator.id: Memory() for indicator in load_indicators()}
    nights = [begin + timedelta(days=days) for days in range(0, (end - begin).days + 1, every)]
    for as_of, con in _built_ahead(settings, lake, nights):
        if progress:
            progress(as_of)
        signals = judging.judge_night(con, as_of, previous, memories=memories)
        memories = {name: Memory(memory.next) for name, memory in memories.items()}
        night = ep.advance(previous, signals, rules, as_of, budget=settings.list_budget, overlap=partial(shared_events, con))
        opened = [e for e in night.episodes if e.episode_id in night.opened]
        if opened:
            raised.append(_shown(con, opened, as_of))
        if as_of == nights[-1]:
            lanes = warehouse.read_lanes(con)
        active_until.update({e.episode_id: as_of for e in night.episodes if e.is_active})
        previous = night.episodes
    if not raised:
        return Replay(pd.DataFrame(columns=list(MART_COLUMNS)), pd.DataFrame(columns=[*WARNING_COLUMNS, *OPENING_COLUMNS]), lanes)
    openings = pd.concat(raised, ignore_index=True)
    openings["active_until"] = openings["warning_id"].map(active_until)
    first = openings.drop_duplicates("warning_id")[list(MART_COLUMNS)]
    return Replay(first.sort_values(["first_raised_on", "warning_id"], ignore_index=True), openings, lanes)


def _built_ahead(settings: Settings, lake: Lake, nights: Sequence[date]) -> Iterator[tuple[date, Connection]]:
    """Each night with its staging and core; while one is judged, the next is built beside it: it does not depend on what was found."""
    with ThreadPoolExecutor(max_workers=1) as builder:
        ahead = [builder.submit(warehouse.open_night, settings, lake, nights[0])]
        try:
            for number, as_of in enumerate(nights):
                with ahead.pop().result() as con:
                    ahead += [builder.submit(warehouse.open_night, settings, lake, night) for night in nights[number + 1 : number + 2]]
                    yield as_of, con
        finally:
            for waiting in ahead:  # of a replay that broke off
                if waiting.exception() is None:
                    waiting.result().close()


def _shown(con: Connection, opened: list[ep.Episode], as_of: date) -> pd.DataFrame:
    """The opened episodes as the night shows them, with the first week of the window that opened each."""
    shown = shown_of(opened)
    behind = Behind.read(con, shown)
    frame = describe(con, shown, behind, assess(shown, behind), "")[0]
    from_week = {e.episode_id: min(e.onset_week, e.evidence.week - timedelta(weeks=e.evidence.window_weeks - 1)) for e in opened}
    return frame.assign(from_week=frame["warning_id"].map(from_week), raised_on=as_of)


def write_table(frame: pd.DataFrame, out: Path) -> None:
    """Writes a table as Parquet or, for any other ending, as CSV (UTF-8 with a byte order mark, for Excel)."""
    with replacing(out) as aside:
        if out.suffix == ".parquet":
            frame.to_parquet(aside, index=False)
        else:
            frame.to_csv(aside, index=False, encoding="utf-8-sig")
