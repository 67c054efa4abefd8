"""The stock that is taken of every series, some at a time, against plain loops over one series and week after the other."""

from __future__ import annotations

import numpy as np
import pytest

from riskwarn.detect.recursion import HORIZON, SETTLED
from riskwarn.detect.stock import take_stock, units_of


@pytest.mark.parametrize("chunk", [3, 7, 100])
@pytest.mark.parametrize(("weeks", "learned"), [(130, 124), (52, 40), (9, 1)])
def test_stock_is_what_plain_loops_find(chunk: int, weeks: int, learned: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven series of three groups, some of whose sources begin later; one was idle for a long time."""
    monkeypatch.setattr("riskwarn.detect.stock.CHUNK_SERIES", chunk)
    rng = np.random.default_rng(4)
    exposure, shares = rng.uniform(0.5, 9.0, (7, weeks)), rng.uniform(0.1, 1.0, weeks)
    exposure[2, : weeks // 2] = 0.0
    begin, group = np.array([0, 0, 0, 3, 3, weeks // 2, 0]), np.array([0, 1, 0, 2, 1, 0, 2])

    units = units_of(lambda low, high: exposure[low:high].copy(), shares, begin)
    found = take_stock(lambda low, high: exposure[low:high].copy(), units, exposure.shape, learned, group)

    year = range(max(weeks - HORIZON, 0), weeks)
    by_group = np.zeros((3, weeks))
    for i in range(7):
        known = [exposure[i, t] * shares[t] if t >= begin[i] else 0.0 for t in range(weeks)]
        by_group[group[i]] += known
        assert units(i, i + 1)[0].tolist() == known
        assert found.usual[i] == pytest.approx(np.mean([exposure[i, t] for t in range(max(weeks - 52, 0), weeks)]))
        assert found.lately[i].tolist() == [exposure[i, t] for t in year]
        assert found.learned[i] == pytest.approx(sum(known[:learned]))
        assert found.settled[i].tolist() == [sum(one > 0.0 for one in known[: t + 1]) > SETTLED for t in year]
    np.testing.assert_allclose(found.by_group, by_group, rtol=1e-12)
