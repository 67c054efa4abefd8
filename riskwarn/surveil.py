"""`riskwarn surveil`: the count detector on any long table of weekly counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMNS = ("series", "week", "count", "exposure")
_LARGEST = 10**12  # far beyond it sums of counts are no longer whole numbers in floating point
_EXPOSURES = (1e-9, 1e15)  # outside, a rate or its inverse is no number any more
_MONDAY = 1  # the proleptic ordinal of a Monday, modulo 7
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class SurveilError(ValueError):
    """The table cannot be judged; the message names the series and the week (or the column)."""


@dataclass(frozen=True)
class SurveilSummary:
    """What a run over a file did; ``notes`` are plain sentences on what was ignored."""

    rows: int
    series: int
    alarms: int
    notes: tuple[str, ...] = ()


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
    table = _checked(frame)
    code, _ = pd.factorize(table["series"])
    series_count = int(code.max(initial=-1)) + 1
    week = table["week"].to_numpy()
    first, last = _spans(code, week, series_count)
    lengths = (last - first) // 7 + 1
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    place = offsets[code] + (week - first[code]) // 7
    _refuse(table, np.bincount(place, minlength=1)[place] > 1 if place.size else np.zeros(0, bool), "the week occurs twice")
    counts = np.zeros(int(offsets[-1]))
    counts[place] = table["count"].to_numpy()
    exposure = _filled(table["exposure"].to_numpy(), place, counts.size)
    judged = judge_weeks(counts, exposure, lengths, first, alpha)
    p_value = judged.p_value[place]
    if start is not None:
        p_value = np.where(week < start.toordinal(), 1.0, p_value)
    return pd.DataFrame(
        {
            "series": frame["series"],
            "week": frame["week"],
            "count": table["count"].to_numpy().astype(np.int64),
            "expected": judged.expected[place],
            "upper": judged.upper[place],
            "p_value": p_value,
            "alarm": p_value <= alpha,
        },
        index=frame.index,
    )


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


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    """The four columns, typed: week as the ordinal of its Monday, count and exposure as floats; or SurveilError."""
    missing = [name for name in COLUMNS[:3] if name not in frame.columns]
    if missing:
        raise SurveilError(f"missing column: {', '.join(missing)} (needed: series, week, count; optional: exposure)")
    table = pd.DataFrame({"series": frame["series"], "given": frame["week"]}).reset_index(drop=True)
    _refuse(table, table["series"].isna().to_numpy(), "the series has no name")
    days = pd.to_datetime(table["given"], errors="coerce", format="ISO8601").astype("datetime64[s]")
    _refuse(table, days.isna().to_numpy(), "the week is not a date (write 2026-11-16)")
    table["week"] = days.to_numpy().astype("datetime64[D]").astype(np.int64) + _EPOCH_ORDINAL
    _refuse(table, (table["week"] % 7 != _MONDAY).to_numpy(), "the week is not a Monday")
    count = pd.to_numeric(frame["count"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    table["count"] = count
    _refuse(table, ~np.isfinite(count), "the count is missing or not a number")
    _refuse(table, count < 0, "the count is negative")
    _refuse(table, count != np.floor(count), "the count is not a whole number")
    _refuse(table, count > _LARGEST, "the count is too large")
    if "exposure" not in frame.columns:
        return table.assign(exposure=1.0)
    exposure = pd.to_numeric(frame["exposure"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse(table, ~np.isfinite(exposure), "the exposure is missing or not a number")
    _refuse(table, exposure <= 0, "the exposure is not above zero")
    outside = (exposure < _EXPOSURES[0]) | (exposure > _EXPOSURES[1])
    _refuse(table, outside, f"the exposure is not between {_EXPOSURES[0]:g} and {_EXPOSURES[1]:g}: use another unit")
    return table.assign(exposure=exposure)


def _refuse(table: pd.DataFrame, bad: NDArray[np.bool_], why: str) -> None:
    if bad.any():
        row = table.loc[int(np.flatnonzero(bad)[0])]
        raise SurveilError(f"series {row['series']!r}, week {row['given']}: {why} ({int(bad.sum())} rows)")


def _spans(code: NDArray[np.intp], week: NDArray[np.int64], series: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last week (ordinals) of each series."""
    first = np.full(series, np.iinfo(np.int64).max)
    last = np.zeros(series, dtype=np.int64)
    np.minimum.at(first, code, week)
    np.maximum.at(last, code, week)
    return first, last


def _filled(given: NDArray[np.float64], place: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Exposure of every week: as given, else as last given before (a series always begins with a given one)."""
    known = np.full(size, -1, dtype=np.int64)
    known[place] = np.arange(place.size)
    newest = np.maximum.accumulate(np.where(known >= 0, np.arange(size), 0))
    return given[known[newest]] if size else given
