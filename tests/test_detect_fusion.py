"""Several signals joined: calibrated when nothing happens, heard when all lean, silent where one speaks for itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from detect_worlds import FIRST, table
from test_detect_judge import INDICATORS, watched

from riskwarn.detect import SIGNAL_COLUMNS, judge
from riskwarn.detect.combining import combine
from riskwarn.detect.fusion import LEANS, Part, fused, leaning
from riskwarn.detect.null import STEP, STEPS
from riskwarn.indicators import Indicator

NAMES = ("complaints", "enterprise_reports", "foreign_alerts")
COMBINED = replace(INDICATORS["combined"], scopes=("product_origin",), combination=replace(INDICATORS["combined"].combining, joins=NAMES))
Judged = dict[str, tuple[Indicator, pd.DataFrame]]
MONDAY = pd.Timestamp(FIRST) + pd.Timedelta(weeks=130)


def uniform_law() -> np.ndarray:
    """The law of the leaning of a continuous p-value."""
    edges = np.exp(-LEANS - STEP * (np.arange(STEPS) - 0.5))
    law = np.append(edges[:-1] - edges[1:], edges[-1])
    law[0] = 1.0 - edges[1]
    return law[None, :]


def test_the_joined_probability_is_that_of_simulation() -> None:
    rng = np.random.default_rng(1)
    parts = [Part(rng.uniform(size=200_000), np.zeros(200_000, dtype=np.int64), uniform_law()) for _ in range(3)]
    found = fused(parts)
    for alpha in (0.001, 0.01, 0.1):
        assert 0.7 * alpha < (found <= alpha).mean() < 1.1 * alpha  # PRESENT errs on the side of doubt


def test_a_probability_is_never_zero_however_absurd_the_signals() -> None:
    part = Part(np.full(1, 1e-300), np.zeros(1, dtype=np.int64), uniform_law())
    assert 0.0 < fused([part] * 4)[0] < 1e-300


def test_absent_signals_neither_help_nor_hurt() -> None:
    p = np.array([0.001, 0.02, 0.5])
    here = Part(p, np.zeros(3, dtype=np.int64), uniform_law())
    absent = Part(np.ones(3), np.full(3, -1), uniform_law())
    assert (fused([here, absent, absent]) == fused([here])).all()
    assert (leaning(np.array([0.31, 0.29])) > 0).tolist() == [False, True]


def night(rises: dict[str, int], seed: int = 2, size: int = 120) -> tuple[Judged, pd.DataFrame]:
    """Quiet lanes of three signals; in the last six weeks lane 0 has some events more of the signals named."""
    rng = np.random.default_rng(seed)
    weekly = {name: rng.poisson(0.4, (size, 130)) for name in NAMES}
    for name in NAMES:
        weekly[name][0, -6:] = 0
        weekly[name][0, 124 : 124 + rises.get(name, 0)] = 2
    lane, week = np.nonzero(sum(weekly.values()))
    frame = table(
        np.char.zfill((lane % 40).astype(str), 4), np.array([f"O{i // 40}" for i in lane]), week, {n: weekly[n][lane, week] for n in NAMES}
    )
    judged = {name: (watched(name), judge(frame, watched(name), MONDAY.date())) for name in NAMES}
    return judged, combine(judged, COMBINED, MONDAY.date()).set_index("series_key")


KEY = "product_origin|import|HS|0000|O0|*|*"


def test_signals_that_all_lean_open_where_none_does_alone() -> None:
    judged, found = night(dict.fromkeys(NAMES, 5))
    assert not any(frame["is_rejected"].any() for _, frame in judged.values())
    row = found.loc[KEY]
    assert row["is_rejected"]
    assert row["evidence"] == "combination"
    assert [part.split(" ")[0] for part in row["parts"].split("; ")] == list(NAMES)
    assert row["observed"] >= 30
    assert found["is_rejected"].sum() == 1
    assert not found[list(SIGNAL_COLUMNS[8:-2])].isna().any().any()


def test_one_signal_that_stands_out_is_told_by_itself() -> None:
    judged, found = night({"complaints": 6})
    assert not found.loc[KEY, "is_rejected"]
    open_alone = combine(*night(dict.fromkeys(NAMES, 5))[:1], COMBINED, MONDAY.date(), alone={KEY}).set_index("series_key")
    assert not open_alone.loc[KEY, "is_rejected"]
    assert judged["complaints"][1].set_index("series_key").loc[KEY, "p_value"] < 0.05


def test_quiet_lanes_stay_quiet() -> None:
    small = [night({}, seed)[1]["p_value"].to_numpy() for seed in range(3, 9)]
    assert (np.concatenate(small) <= 0.01).mean() < 0.02


def test_nothing_judged_gives_nothing() -> None:
    empty = combine({}, COMBINED, MONDAY.date())
    assert empty.empty and "parts" in empty.columns
