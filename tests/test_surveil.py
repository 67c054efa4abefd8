"""The count detector on plain tables: pictures of series with the alarms a person would expect, calibration, bad input."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskwarn.detect import prospective
from riskwarn.surveil import SurveilError, surveil, surveil_file

MONDAY = date(2024, 1, 1)


def frame(counts: list[int] | np.ndarray, series: str = "a", first: date = MONDAY) -> pd.DataFrame:
    weeks = [first + timedelta(weeks=i) for i in range(len(counts))]
    return pd.DataFrame({"series": series, "week": pd.to_datetime(weeks), "count": list(counts)})


def drawn(picture: str) -> tuple[list[int], str]:
    """Counts and alarms from a picture: one column a week, `o` per case from the bottom line up; the last line marks alarms."""
    *bars, alarms = [line.split("|")[1] for line in picture.strip().splitlines()]
    return [sum(bar[i] == "o" for bar in bars) for i in range(len(alarms))], alarms


PICTURES = {
    "a burst": """
    |                                        o       |
    |                                        o       |
    |                                        o       |
    |                                        o       |
    |                                        o       |
    |                                        o       |
    |    o        o               o          oo      |
    |                                         o      |
    |o  oo o  oo  oo o   o o  o  oo   o o    oo  o   |
    |ooooooooooooooooo oooooooo oooooo oooooooooooooo|
    |                                        !!      |""",
    "nothing": """
    |    o        o               o           o      |
    |o  oo o  oo  oo o   o o  o  oo   o o    oo  o   |
    |ooooooooooooooooo oooooooo oooooo oooooooooooooo|
    |                                                |""",
    "first cases after half a year of silence": """
    |                              o |
    |                              o |
    |                              oo|
    |                              !!|""",
    "always high is not an alarm": """
    |oo oooo oo o ooo ooooo o oooooooo|
    |ooooooooooooooooooooooooooooooooo|
    |ooooooooooooooooooooooooooooooooo|
    |ooooooooooooooooooooooooooooooooo|
    |                                 |""",
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(name: str) -> None:
    counts, alarms = drawn(PICTURES[name])
    result = surveil(frame(counts))
    assert "".join("!" if alarm else " " for alarm in result["alarm"]) == alarms


def test_golden_scores() -> None:
    """Fixed numbers: a change of the method shows here first."""
    result = surveil(frame([3, 1, 2, 0, 4, 2, 3, 1, 2, 2, 3, 1, 0, 2, 9]))
    assert result["expected"].iloc[[1, 14]].to_numpy() == pytest.approx(GOLDEN_EXPECTED, rel=1e-6)
    assert result["p_value"].iloc[[1, 4, 14]].to_numpy() == pytest.approx(GOLDEN_P, rel=1e-6)
    assert result["upper"].iloc[-1] == GOLDEN_UPPER


GOLDEN_EXPECTED = [4.0, 2.3929301681276036]
GOLDEN_P = [1.0, 0.2646395418899133, 0.020085234418244297]
GOLDEN_UPPER = 10.0


def test_the_first_week_sets_the_level() -> None:
    first = surveil(frame([7])).iloc[0]
    assert (first["expected"], first["upper"], first["p_value"], bool(first["alarm"])) == (7.0, 7.0, 1.0, False)


def test_quiet_series_alarm_as_often_as_asked() -> None:
    rng = np.random.default_rng(3)
    rates = [rng.gamma(mean / 0.5, 0.5, 156) for mean in np.exp(rng.normal(0.8, 1.2, 600))]  # variance 1.5 x mean
    rows = [frame(rng.poisson(rate), f"s{i}") for i, rate in enumerate(rates)]
    result = surveil(pd.concat(rows, ignore_index=True), alpha=0.01, start=MONDAY + timedelta(weeks=78))
    judged = result[result["week"] >= pd.Timestamp(MONDAY + timedelta(weeks=78))]
    # 46,800 weeks, about 470 alarms; alarms of neighbouring weeks share a window, hence the wide band.
    assert 0.007 < judged["alarm"].mean() < 0.014


def test_a_series_is_judged_the_same_alone_and_in_any_batch() -> None:
    rng = np.random.default_rng(5)
    parts = [frame(rng.poisson(3, 60 + i), f"s{i}", MONDAY + timedelta(weeks=i)) for i in range(9)]
    together = surveil(pd.concat(parts, ignore_index=True))
    for i, part in enumerate(parts):
        alone = surveil(part).reset_index(drop=True)
        mine = together[together["series"] == f"s{i}"].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, mine, check_exact=True)


def test_a_week_is_judged_from_earlier_weeks_only() -> None:
    counts = np.random.default_rng(6).poisson(4, 80)
    whole, prefix = surveil(frame(counts)), surveil(frame(counts[:50]))
    pd.testing.assert_frame_equal(whole.iloc[:50], prefix, check_exact=True)


def test_exposure_explains_a_step() -> None:
    rng = np.random.default_rng(8)
    exposure = np.where(np.arange(120) < 100, 50.0, 400.0)
    table = frame(rng.poisson(0.05 * exposure)).assign(exposure=exposure)
    assert not surveil(table, alpha=0.001)["alarm"].any()
    assert surveil(table.drop(columns="exposure"), alpha=0.001)["alarm"].iloc[100:104].all()


def test_exposure_is_not_compiled_for_by_itself() -> None:
    """What pandas lends may be read only, and for that numba would compile the detector once more, for half a minute."""
    counts = frame([2, 0, 3, 1, 0, 2])
    for table in (counts, counts.assign(exposure=2.0), counts.assign(exposure=[1, 1, 2, 2, 3, 3])):
        surveil(table)
    assert len(prospective._judge.signatures) == 1


def test_an_outbreak_does_not_teach_what_is_usual() -> None:
    rng = np.random.default_rng(9)
    counts = rng.poisson(5, 104)
    expected_before = surveil(frame(counts))["expected"].iloc[-1]
    counts[70:76] += 40
    assert surveil(frame(counts))["expected"].iloc[-1] < 1.6 * expected_before


def test_a_missing_week_inside_is_a_zero() -> None:
    counts = [2, 0, 3, 1, 0, 2, 1, 0, 0, 4]
    full = surveil(frame(counts))
    gaps = surveil(frame(counts)[lambda f: f["count"] > 0])
    pd.testing.assert_frame_equal(full[full["count"] > 0], gaps, check_exact=True)


def test_rows_before_start_are_history() -> None:
    counts = [1] * 30 + [30, 1]
    result = surveil(frame(counts), start=MONDAY + timedelta(weeks=31))
    assert not result["alarm"].iloc[:31].any()
    assert (result["p_value"].iloc[:31] == 1.0).all()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_any_table_gives_a_whole_result_in_its_own_order(tables: list[list[int]], random: Random) -> None:
    whole = pd.concat([frame(counts, f"s{i}") for i, counts in enumerate(tables)], ignore_index=True)
    order = list(range(len(whole)))
    random.shuffle(order)
    shuffled = whole.iloc[order]
    result, straight = surveil(shuffled), surveil(whole)
    assert not result.isna().any().any()
    assert result["p_value"].between(0.0, 1.0).all()
    assert result["alarm"].dtype == bool
    assert (result["alarm"] == (result["count"] > result["upper"])).all()
    assert list(result.index) == list(shuffled.index)
    pd.testing.assert_frame_equal(result.sort_index(), straight, check_exact=True)


def changed(**values: object) -> pd.DataFrame:
    table = frame([1, 2, 3, 4]).assign(exposure=1.0).astype({"count": float, "week": object, "series": object})
    for column, value in values.items():
        table.loc[2, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (changed(week="2024-01-16"), "not a Monday"),
        (changed(week="soon"), "not a date"),
        (changed(week=pd.Timestamp(MONDAY)), "twice"),
        (changed(count=-1.0), "negative"),
        (changed(count=1.5), "whole number"),
        (changed(count=float("nan")), "missing"),
        (changed(count=float("inf")), "not a number"),
        (changed(count=1e30), "too large"),
        (changed(exposure=0.0), "above zero"),
        (changed(exposure=float("nan")), "exposure is missing"),
        (changed(series=None), "no name"),
        (frame([1]).drop(columns="count"), "missing column: count"),
    ],
)
def test_bad_input_is_named(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(SurveilError, match=message) as caught:
        surveil(table)
    if "column" not in message and "no name" not in message:
        assert "series 'a'" in str(caught.value)


@pytest.mark.parametrize("counts", [[0], [5], [0] * 50, [0] * 49 + [10**9], [10**9] * 30])
def test_odd_series_have_a_result(counts: list[int]) -> None:
    result = surveil(frame(counts))
    assert np.isfinite(result[["expected", "upper", "p_value"]].to_numpy()).all()
    if max(counts) == 0:
        assert not result["alarm"].any()


def test_many_series_of_one_week() -> None:
    table = pd.DataFrame({"series": np.arange(200_000).astype(str), "week": pd.Timestamp(MONDAY), "count": 1})
    assert not surveil(table)["alarm"].any()


def test_no_rows_give_no_rows() -> None:
    assert surveil(frame([])).empty


def test_alpha_must_be_a_probability() -> None:
    with pytest.raises(SurveilError, match="alpha"):
        surveil(frame([1]), alpha=1.5)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_files_in_and_out(tmp_path: Path, suffix: str) -> None:
    table = frame([2, 1, 3, 2, 1, 2, 3, 2, 1, 2, 2, 30], "NA").assign(note="x")
    source, target = tmp_path / f"in{suffix}", tmp_path / "deep" / f"out{suffix}"
    table.to_csv(source, index=False) if suffix == ".csv" else table.to_parquet(source, index=False)
    summary = surveil_file(source, target, alpha=0.001)
    assert (summary.rows, summary.series, summary.alarms) == (12, 1, 1)
    assert "note" in summary.notes[0]
    read = pd.read_csv(target, keep_default_na=False) if suffix == ".csv" else pd.read_parquet(target)
    assert list(read.columns) == ["series", "week", "count", "expected", "upper", "p_value", "alarm"]
    assert set(read["series"]) == {"NA"}


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SurveilError, match=r"gone\.csv"):
        surveil_file(tmp_path / "gone.csv", tmp_path / "out.csv")
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(SurveilError, match=r"bad\.parquet"):
        surveil_file(tmp_path / "bad.parquet", tmp_path / "out.csv")


def wild(name: str) -> pd.DataFrame:
    """Series beyond anything real that still are whole numbers of Mondays."""
    every = np.arange(120)
    counts = {
        "at most 10^12 every week": np.full(120, 10**12),
        "10^12 every other week": np.where(every % 2, 10**12, 0),
        "a million every half year": np.where(every % 26, 0, 10**6),
        "10^12 after years of nothing": np.where(every < 60, 0, 10**12),
        "nothing after years of 10^12": np.where(every < 60, 10**12, 0),
        "exposure over 24 orders of magnitude": np.random.default_rng(1).poisson(3, 120),
    }[name]
    table = frame(counts)
    if "exposure" in name:
        table["exposure"] = 10.0 ** np.random.default_rng(2).uniform(-9, 15, 120)
    return table


@pytest.mark.parametrize(
    "name",
    [
        "at most 10^12 every week",
        "10^12 every other week",
        "a million every half year",
        "10^12 after years of nothing",
        "nothing after years of 10^12",
        "exposure over 24 orders of magnitude",
    ],
)
def test_absurd_counts_never_give_nan_nor_stop_the_run(name: str) -> None:
    result = surveil(wild(name))
    assert np.isfinite(result[["expected", "upper", "p_value"]].to_numpy()).all()
    assert result["p_value"].between(0.0, 1.0).all()
    small = result[(result["count"] < 10**9) & (result["expected"] < 10**9)]  # beyond, a bound has lost its last digits
    assert (small["alarm"] == (small["count"] > small["upper"])).all()


def test_centuries_between_two_rows_are_weeks_without_a_case() -> None:
    weeks = ["2020-01-06", "2260-01-02"]
    result = surveil(pd.DataFrame({"series": "a", "week": weeks, "count": [1, 2]}))
    assert np.isfinite(result[["expected", "upper", "p_value"]].to_numpy()).all()
    assert result["alarm"].tolist() == [False, True]


@pytest.mark.parametrize("exposure", [1e-12, 1e30])
def test_an_exposure_that_makes_no_rate_is_named(exposure: float) -> None:
    with pytest.raises(SurveilError, match=r"series 'a', week .*another unit"):
        surveil(changed(exposure=exposure))


def test_same_result_on_any_number_of_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    table = pd.concat([frame(rng.poisson(rng.gamma(1.0, 2.0), 120), f"s{i}") for i in range(60)])
    table.to_csv(tmp_path / "in.csv", index=False)
    code = "import sys; from pathlib import Path; from riskwarn.surveil import surveil_file; surveil_file(*map(Path, sys.argv[1:]))"
    for threads in ("1", "2"):
        words = [sys.executable, "-c", code, str(tmp_path / "in.csv"), str(tmp_path / f"{threads}.csv")]
        subprocess.run(words, check=True, env={**os.environ, "NUMBA_NUM_THREADS": threads})
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
