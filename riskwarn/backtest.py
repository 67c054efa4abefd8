"""Replays past nights from the lake, each knowing only what was known before it, and lists every episode that one of them opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from riskwarn import judging, warehouse
from riskwarn.assess import episodes as ep
from riskwarn.describing import MART_COLUMNS, describe
from riskwarn.indicators import load_indicators
from riskwarn.lake import Lake, replacing
from riskwarn.settings import Settings


def backtest(settings: Settings, begin: date, end: date, every: int, progress: Callable[[date], None] | None = None) -> pd.DataFrame:
    """One row per episode that a replayed night opened, as that night would have shown it (columns of mart_warnings).

    Nights run from ``begin`` to ``end`` in steps of ``every`` days. The home's own episodes, cases and published nights are neither
    read nor changed. An episode that only repeats another one (absorbed) is not listed.
    """
    if every < 1 or end < begin:
        raise ValueError("the replay needs begin <= end and a step of at least one day")
    lake = Lake(settings.lake)
    rules = judging.episode_rules(load_indicators())
    previous: tuple[ep.Episode, ...] = ()
    seen: set[str] = set()
    found: list[pd.DataFrame] = []
    for step in range((end - begin).days // every + 1):
        as_of = begin + timedelta(days=step * every)
        if progress:
            progress(as_of)
        with warehouse.open_night(settings, lake, as_of) as con:
            signals = judging.judge_night(con, as_of, previous)
            night = ep.advance(previous, signals, rules, as_of, budget=settings.list_budget)
            new = [e for e in night.episodes if e.episode_id in night.opened and e.episode_id not in seen]
            if new:
                found.append(describe(con, new, "")[0])
        seen.update(e.episode_id for e in new)
        previous = night.episodes
    if not found:
        return pd.DataFrame(columns=list(MART_COLUMNS))
    listed = pd.concat(found, ignore_index=True)
    return listed[list(MART_COLUMNS)].sort_values(["first_raised_on", "warning_id"], ignore_index=True)


def write_table(frame: pd.DataFrame, out: Path) -> None:
    """Writes a table as Parquet or, for any other ending, as CSV (UTF-8 with a byte order mark, for Excel)."""
    with replacing(out) as aside:
        if out.suffix == ".parquet":
            frame.to_parquet(aside, index=False)
        else:
            frame.to_csv(aside, index=False, encoding="utf-8-sig")
