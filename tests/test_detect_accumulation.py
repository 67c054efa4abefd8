"""Evidence that accumulates: the recursion against a plain twin, its law when nothing happens, slow rises found and past ones forgotten."""

from __future__ import annotations

import math

import numpy as np
import pytest
from detect_worlds import world
from test_detect_judge import FAILURES, LANES, watched

from riskwarn.detect import judge
from riskwarn.detect.choice import ACCUMULATION, accumulation_p, choose
from riskwarn.detect.evidence import scan
from riskwarn.detect.null import LOG_P, SHAPE, quiet_years, tables, tail
from riskwarn.detect.recursion import HORIZON, RATIOS, SETTLED, accumulate, settled_weeks

WINDOWS, WEIGHTS, SHARE = (1, 2, 4, 8), (1.0, 1.0, 1.0, 0.5), 0.5


def twin(counts: np.ndarray, mean: float, var: float) -> float:
    """log R by the book, in plain Python."""
    size, total = mean * mean / (var - mean), 0.0
    for ratio in RATIOS:
        r = 0.0
        for y in counts:
            log_l = y * math.log(ratio) - (y + size) * math.log1p((ratio - 1) * mean / (size + mean))
            r = (1 + r) * math.exp(log_l)
        total += r / len(RATIOS)
    return math.log(total)


def year(counts: np.ndarray, mean: float, rate_var: float = 0.05, phi: float = 1.3) -> tuple[np.ndarray, ...]:
    shape = counts.shape
    return counts.astype(float), np.full(shape, mean), np.full(shape, rate_var), np.full(shape[0], phi)


def test_the_recursion_is_that_of_the_book() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.5, (20, HORIZON))
    counts[:, -12:] += rng.poisson(0.6, (20, 12))
    counts[:, -1] = 3
    found = accumulate(*year(counts, 0.5))
    seen = np.isfinite(found.log_r)
    assert seen.sum() >= 10
    expected = [twin(row, 0.5, 1.3 * 0.5 + 0.05 * 0.25) for row in counts[seen]]
    assert found.log_r[seen] == pytest.approx(expected, rel=1e-9)
    alone = accumulate(*year(counts[3:4], 0.5))
    assert alone.log_r[0] == found.log_r[3]


def test_the_beginning_of_a_rise_is_dated() -> None:
    counts = np.tile([0, 1], HORIZON // 2)[None, :].copy()
    counts[0, -16:] = 2
    found = accumulate(*year(counts, 0.5))
    assert 15 <= found.weeks[0] <= 18
    assert found.observed[0] == counts[0, -found.weeks[0] :].sum()
    assert found.expected[0] == pytest.approx(0.5 * found.weeks[0])


def test_what_is_over_or_was_always_so_is_no_rise() -> None:
    counts = np.tile([0, 1], HORIZON // 2)[None, :].repeat(3, axis=0).copy()
    counts[0, 10:26] = 3  # ended half a year ago
    counts[1] = 2  # always
    counts[2, -9:] = 0  # nothing lately
    counts[2, -20:-9] = 3
    assert np.isneginf(accumulate(*year(counts, 0.5)).log_r).all()


def test_young_weeks_are_not_accumulated() -> None:
    exposure = np.ones((1, 80))
    exposure[0, :20] = 0.0
    settled = settled_weeks(np.ones((1, HORIZON)), exposure)
    assert settled.sum() == 60 - SETTLED
    one = year(np.full((1, HORIZON), 3), 0.5)
    assert not accumulate(one[0], settled, *one[2:]).is_able[0]


def test_simulated_years_weigh_what_they_should() -> None:
    quiet = quiet_years(400)
    mean = quiet.weight.reshape(int(np.prod(SHAPE)), -1).mean(axis=1)
    assert mean == pytest.approx(np.ones(mean.size), abs=0.25)  # the mean weight is the probability of anything at all
    assert mean.mean() == pytest.approx(1.0, abs=0.01)
    again = quiet_years(400)
    assert (quiet.counts == again.counts).all() and (quiet.weight == again.weight).all()


def test_the_weighted_tail_is_that_of_plain_draws() -> None:
    rng = np.random.default_rng(2)
    score = rng.exponential(size=20_000)
    assert tail(score, np.ones(score.size), LOG_P)[:16] == pytest.approx(LOG_P[:16], abs=0.15)


@pytest.mark.parametrize("mean", [0.03, 0.2, 1.0, 6.0])
def test_the_joined_probability_is_calibrated(mean: float) -> None:
    """Quiet years drawn here as each week's expectation says, by another generator: the share below alpha."""
    rng = np.random.default_rng(3)
    size = 40_000
    counts = rng.poisson(mean * rng.gamma(50.0, 0.02, (size, HORIZON)))
    given = year(counts, mean, rate_var=0.02, phi=1.0)
    found = scan(given[0][:, -8:], given[1][:, -8:], given[2][:, -1].copy(), given[3], WINDOWS, WEIGHTS, 0)
    joined = choose(found, accumulate(*given), given[3], given[2][:, -1].copy(), WINDOWS, WEIGHTS, SHARE, 0)
    for alpha in (0.001, 0.01, 0.05):
        share = (joined.p_value <= alpha).mean()
        assert share < 1.5 * alpha + 3 * np.sqrt(alpha / size)
        if mean >= 0.2:
            assert share > 0.4 * alpha


def test_more_evidence_never_has_a_larger_probability() -> None:
    table = tables(WINDOWS, WEIGHTS, SHARE)
    assert (np.diff(table.accumulation, axis=-1) >= 0).all()
    assert (np.diff(table.together, axis=-1) >= 0).all()
    assert table.law.sum(axis=-1) == pytest.approx(np.ones(SHAPE))
    counts = np.tile([0, 1], HORIZON // 2)[None, :].repeat(4, axis=0).copy()
    for extra in range(4):
        counts[extra, -18:] += extra
    one = year(counts, 0.5)
    p = accumulation_p(accumulate(*one), one[3], WINDOWS, WEIGHTS, SHARE)
    assert (np.diff(p) <= 0).all()


def test_a_slow_rise_is_found_that_no_window_finds() -> None:
    risk = np.ones((LANES, 170))
    struck = np.arange(0, LANES, 20)
    risk[struck, 140:] = np.minimum(1.0 + 0.15 * np.arange(30), 2.5)
    one = world(14, weeks=170, risk=risk, lots=30.0)
    keys = [one.key(int(lane)) for lane in struck]
    opened: dict[float, set[str]] = {0.0: set(), 0.5: set()}
    kinds = set()
    for share, found in opened.items():
        for week in range(146, 170, 2):
            signals = judge(one.frame(week), watched("failure_rate", accumulation=share), one.as_of(week), open_keys=found)
            new = signals[signals["is_rejected"]]
            if share:
                kinds |= set(new["evidence"])
                assert ((new["evidence"] != ACCUMULATION) | (new["window_weeks"] >= 1)).all()
            found |= set(new["series_key"])
    hits = {share: len(found & set(keys)) for share, found in opened.items()}
    assert hits[0.5] >= hits[0.0] + 2
    assert len(opened[0.5] - set(keys)) <= 4
    assert ACCUMULATION in kinds
    assert FAILURES.counting.accumulation == 0.5
