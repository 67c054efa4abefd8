"""Which of tonight's series to open: false discovery control over series that can raise an alarm at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


SILENT = 0.02  # a series that comes to be judged less often than this is nearly silent


def settled_reach(reach: Floats, is_judged: NDArray[np.bool_]) -> Floats:
    """``reach`` of the nearly silent series, raised so that no more of them are judged tonight than their sum says.

    Far in the tail the model is only a model: first events come in clusters. Taking most of tonight's silent series that were
    judged for quiet ones costs little power and keeps the first-of-a-kind from flooding the list.
    """
    silent = reach < SILENT
    due = float(reach[silent].sum())
    factor = max(1.0, (float(is_judged[silent].sum()) + 1.0) / (due + 1.0))
    return np.where(silent, np.minimum(reach * factor, 1.0), reach)


def discrete_q_values(
    p_value: Floats, reach: Floats, is_judged: NDArray[np.bool_], in_family: NDArray[np.bool_], weight: Floats | None = None
) -> Floats:
    """q-values after Benjamini & Hochberg (1995), for tests most of which cannot become significant (Tarone 1990, Heyse 2011).

    ``reach`` is the probability, when nothing happens, that a series gets far enough to be judged at all (its ``min_observed``
    events); ``is_judged`` says which did tonight, the others have q = 1. Below a threshold t a series contributes at most
    min(t, reach) false alarms, not t: thousands of nearly silent series do not cost the others their power. Series outside the
    family (an open episode) count neither as tests nor as discoveries; their q says where they would stand if they joined.
    ``weight`` in (0, 1] divides p, chosen beforehand (weighted BH, Genovese, Roeder & Wasserman 2006): at threshold t a series
    contributes at most min(weight x t, reach), and a level of small weights can spend little of the error budget.
    """
    q = np.ones(p_value.size)
    weight = np.ones(p_value.size) if weight is None else weight
    scaled = p_value / weight
    family = _Family(reach[in_family], weight[in_family])
    judged = np.flatnonzero(in_family & is_judged)
    order = judged[np.argsort(scaled[judged], kind="stable")]
    ratio = family.false_alarms(scaled[order]) / np.arange(1, order.size + 1)
    q[order] = np.minimum(np.minimum.accumulate(ratio[::-1])[::-1], 1.0)
    others = np.flatnonzero(is_judged & ~in_family)
    beside = np.searchsorted(scaled[order], scaled[others], side="right") + 1
    q[others] = np.minimum((family.false_alarms(scaled[others]) + p_value[others]) / beside, 1.0)
    return q


class _Family:
    """The tests of a night: at most how many false alarms a threshold brings."""

    def __init__(self, reach: Floats, weight: Floats) -> None:
        order = np.argsort(reach / weight, kind="stable")
        self.full = (reach / weight)[order]  # from this threshold on a series contributes its whole reach
        self.reached = np.concatenate([[0.0], np.cumsum(reach[order])])
        self.open = np.concatenate([np.cumsum(weight[order][::-1])[::-1], [0.0]])

    def false_alarms(self, thresholds: Floats) -> Floats:
        """Sum over series of min(weight x threshold, reach), for each threshold."""
        below = np.searchsorted(self.full, thresholds, side="right")
        total: Floats = self.reached[below] + thresholds * self.open[below]
        return total
