"""`riskwarn surveil`: the count detector on any long table of weekly counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLUMNS = ("series", "week", "count", "exposure")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


class SurveilError(ValueError):
    """The table cannot be judged; the message names the series and the week (or the column)."""


@dataclass(frozen=True)
class SurveilSummary:
    """What a run over a file did; ``notes`` are plain sentences on what was ignored."""

    rows: int
    series: int
    alarms: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rows:
    """The rows as numbers: series as runs of equal neighbours (``starts``, and the number of the series of each), days since 1970."""

    starts: Ints
    of: Ints
    days: Ints
    counts: Floats
    exposure: Floats  # one number where the table has none
    is_straight: bool  # series after series, week after week: nothing to sort or fill


def surveil(frame: pd.DataFrame, *, alpha: float = 0.01, start: date | None = None) -> pd.DataFrame:
    """Judges every week of every series prospectively, from the earlier weeks of that series only.

    ``frame`` has one row per series and week: series (text), week (a Monday), count (whole, >= 0), optional exposure (> 0).
    Returns series, week, count, expected, upper, p_value, alarm in the same order of rows. ``alpha`` is the probability of an
    alarm in a week in which nothing happens. A week missing between a series' first and last row is a zero at the exposure last
    given. The first week of a series sets its level: p 1, no alarm. Rows before ``start`` are history: p 1, no alarm.
    Raises SurveilError.
    """
    from riskwarn.detect.prospective import judge_weeks

    if not 0.0 < alpha < 0.5:
        raise SurveilError(f"alpha must lie between 0 and 0.5, not {alpha}")
    rows = _checked(frame)
    place: Ints | slice = slice(None)
    if rows.is_straight:
        lengths = np.diff(rows.starts, append=rows.counts.size)
        judged = judge_weeks(rows.counts, rows.exposure, lengths, rows.days[rows.starts] + _EPOCH_ORDINAL, alpha)
    else:
        first, lengths, place = _placed(frame, rows)
        counts = np.zeros(int(lengths.sum()))
        counts[place] = rows.counts
        exposure = rows.exposure if rows.exposure.size == 1 else _filled(rows.exposure, place, counts.size)
        judged = judge_weeks(counts, exposure, lengths, first + _EPOCH_ORDINAL, alpha)
    p_value = judged.p_value[place]
    if start is not None:
        p_value = np.where(rows.days + _EPOCH_ORDINAL < start.toordinal(), 1.0, p_value)
    columns = {
        "series": frame["series"],
        "week": frame["week"],
        "count": frame["count"] if frame["count"].dtype == np.int64 else rows.counts.astype(np.int64),
        "expected": judged.expected[place],
        "upper": judged.upper[place],
        "p_value": p_value,
        "alarm": p_value <= alpha,
    }
    return pd.DataFrame(columns, index=frame.index, copy=False)


def surveil_file(path_in: Path, path_out: Path, alpha: float = 0.01, start: date | None = None) -> SurveilSummary:
    """Reads a CSV or Parquet table, judges it and writes the result in the format of ``path_out``'s ending."""
    frame = _read(path_in)
    extra = [name for name in frame.columns if name not in COLUMNS]
    result = surveil(frame, alpha=alpha, start=start)
    path_out.parent.mkdir(parents=True, exist_ok=True)
    if path_out.suffix == ".parquet":
        result.to_parquet(path_out, index=False)
    else:
        result.to_csv(path_out, index=False)
    notes = (f"columns not used: {', '.join(extra)}",) if extra else ()
    return SurveilSummary(len(result), int(result["series"].nunique()), int(result["alarm"].sum()), notes)


def _read(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise SurveilError(f"{path}: no such file")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        # Series names are text: "NA" is Namibia and "007" is not 7.
        return pd.read_csv(path, dtype={"series": str}, keep_default_na=False, na_values={"count": [""], "exposure": [""]})
    except (OSError, ValueError) as error:
        raise SurveilError(f"{path}: cannot be read as a table ({error})") from error


def _checked(frame: pd.DataFrame) -> _Rows:
    """The rows as numbers, or SurveilError."""
    from riskwarn.detect.rows import REASONS, look_at

    missing = [name for name in COLUMNS[:3] if name not in frame.columns]
    if missing:
        raise SurveilError(f"missing column: {', '.join(missing)} (needed: series, week, count; optional: exposure)")
    starts, of = _runs(frame)
    times = pd.to_datetime(frame["week"], errors="coerce", format="ISO8601")
    if times.dt.tz is not None:
        times = times.dt.tz_localize(None)
    given = frame["count"].to_numpy()
    if given.dtype != np.int64:
        given = pd.to_numeric(frame["count"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    exposure = np.ones(1)
    if "exposure" in frame.columns:
        exposure = pd.to_numeric(frame["exposure"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    stamps = times.to_numpy()
    a_day = _DAY[np.datetime_data(stamps.dtype)[0]]
    # pandas lends what it holds for reading only, for which the whole detector would be compiled once more.
    exposure = np.require(exposure, requirements=["C", "W"])
    seen = look_at(stamps.view(np.int64), a_day, np.ascontiguousarray(given), exposure, starts)
    for reason, first, count in zip(REASONS, seen.first, seen.number, strict=True):
        _refuse(frame, int(first), int(count), reason)
    is_straight = seen.is_straight and int(of.max(initial=-1)) + 1 == of.size
    return _Rows(starts, of, seen.days, seen.counts, exposure, is_straight)


def _refuse(frame: pd.DataFrame, first: int, count: int, why: str) -> None:
    if count:
        raise SurveilError(f"series {frame['series'].iloc[first]!r}, week {frame['week'].iloc[first]}: {why} ({count} rows)")


def _runs(frame: pd.DataFrame) -> tuple[Ints, Ints]:
    """First row of each run of rows of one series, and the number of that series."""
    from riskwarn.detect.rows import run_starts

    starts = np.flatnonzero(run_starts(frame["series"]))
    heads = frame["series"].iloc[starts]
    nameless = np.flatnonzero(heads.isna().to_numpy())
    _refuse(frame, int(starts[nameless[0]]) if nameless.size else 0, int(frame["series"].isna().sum()), "the series has no name")
    return starts, pd.factorize(heads)[0].astype(np.int64)


def _placed(frame: pd.DataFrame, rows: _Rows) -> tuple[Ints, Ints, Ints]:
    """First week (days since 1970) and number of weeks of each series, and the place of each row among all their weeks."""
    code = np.repeat(rows.of, np.diff(rows.starts, append=rows.days.size))
    series = int(code.max(initial=-1)) + 1
    first, last = np.full(series, np.iinfo(np.int64).max), np.full(series, np.iinfo(np.int64).min)
    np.minimum.at(first, code, rows.days)
    np.maximum.at(last, code, rows.days)
    lengths = (last - first) // 7 + 1
    place = np.concatenate([[0], np.cumsum(lengths)])[code] + (rows.days - first[code]) // 7
    twice = np.flatnonzero(np.bincount(place, minlength=1)[place] > 1) if place.size else place
    _refuse(frame, int(twice[0]) if twice.size else 0, twice.size, "the week occurs twice")
    return first, lengths, place


def _filled(given: NDArray[np.float64], place: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Exposure of every week: as given, else as last given before (a series always begins with a given one)."""
    known = np.full(size, -1, dtype=np.int64)
    known[place] = np.arange(place.size)
    newest = np.maximum.accumulate(np.where(known >= 0, np.arange(size), 0))
    return given[known[newest]] if size else given
