"""Exposure: how many events a series would bring at a usual rate, before season and rate are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from riskwarn.detect.panel import STRATA, Panel, Places
from riskwarn.detect.steps import ratio_in_steps
from riskwarn.detect.workdays import Floats
from riskwarn.model import Scope

PRIOR_FAILURES = 10.0  # failures' worth of belief in the ratio pooled over all chapters
RATIO_LIMITS = (0.25, 20.0)
DECLARED_WEEKS = 26  # complaints follow what was declared over about half a year


# Exposure (series x weeks) of the series low:high of a panel, made anew at each call.
Chunk = Callable[[int, int], Floats]


def exposure_of(panel: Panel, denominator: str, guard_weeks: int) -> tuple[Chunk, np.ndarray]:
    """Exposure, some series at a time, and per series whether it comes from a denominator (else it is 1 a week)."""
    weeks = panel.mondays.size
    if denominator == "inspected":
        return inspected_exposure(panel, guard_weeks), np.ones(len(panel.keys), dtype=bool)
    if denominator == "declared_lots":
        has = panel.parts.sums("declared_lots", weeks) > 0.0
        return lambda low, high: declared_exposure(panel.parts.matrix("declared_lots", low, high)), has
    return lambda low, high: np.ones((high - low, weeks)), np.zeros(len(panel.keys), dtype=bool)


def targeting_ratios(panel: Panel, learned: int) -> pd.DataFrame:
    """How often targeted (and other) lots fail relative to random ones: per chapter, columns targeted and other.

    Mantel & Haenszel (1959) over series within a chapter, so that targeting risky products is not mistaken for a higher yield of
    targeting itself; shrunk to the ratio of all chapters, that to 1. Only weeks before ``learned`` count, so that tonight's
    outbreak does not explain itself away.
    """
    own = (panel.keys["scope"] == Scope.PRODUCT_ORIGIN).to_numpy()
    if not own.any():
        own[:] = True
    chapter = panel.keys["chapter"].to_numpy()[own]
    names = [f"{what}_{stratum}" for what in ("inspected", "failed") for stratum in STRATA]
    sums = {name: panel.parts.sums(name, learned)[own] for name in names}
    ratios, overall = {}, {}
    for stratum in ("targeted", "other"):
        lots = sums[f"inspected_{stratum}"] + sums["inspected_random"]
        safe = np.where(lots > 0, lots, 1.0)
        pairs = pd.DataFrame(
            {
                "top": sums[f"failed_{stratum}"] * sums["inspected_random"] / safe,
                "bottom": sums["failed_random"] * sums[f"inspected_{stratum}"] / safe,
            }
        )
        pooled = (pairs["top"].sum() + PRIOR_FAILURES) / (pairs["bottom"].sum() + PRIOR_FAILURES)
        by = pairs.groupby(chapter).sum()
        shrunk = (by["top"] + PRIOR_FAILURES * pooled) / (by["bottom"] + PRIOR_FAILURES)
        ratios[stratum] = pd.Series(ratio_in_steps(shrunk.clip(*RATIO_LIMITS).to_numpy()), shrunk.index)
        overall[stratum] = float(ratio_in_steps(np.clip(pooled, *RATIO_LIMITS)))
    # An aggregate over chapters is in none of them: the pooled ratio is its own.
    everywhere = pd.Index(panel.keys["chapter"].unique()).difference(pd.Index(np.unique(chapter)))
    return pd.concat([pd.DataFrame(ratios), pd.DataFrame(overall, index=everywhere)])


def inspected_exposure(panel: Panel, guard_weeks: int) -> Chunk:
    """Inspected lots on the scale of random ones: a targeted lot counts as many times as targeted lots usually fail more often.

    A step of targeting then moves the expected failures as it moves the failures. A failed lot was inspected, whatever the
    tables say.
    """
    learned = max(panel.counts.shape[1] - guard_weeks, 1)
    ratios = targeting_ratios(panel, learned)
    code, chapters = pd.factorize(panel.keys["chapter"])
    mine = ratios.loc[chapters]
    parts, weeks = panel.parts, panel.mondays.size
    random, targeted, other = (parts.columns[f"inspected_{stratum}"] for stratum in STRATA)
    of_targeted, of_other = mine["targeted"].to_numpy()[code], mine["other"].to_numpy()[code]

    def made(low: int, high: int) -> Floats:
        exposure = np.zeros((high - low) * weeks)
        rows, cell = parts.of(low, high)
        _weighed(random, targeted, other, rows, cell, weeks, low, of_targeted, of_other, exposure)
        np.maximum(exposure, panel.counts[low:high].ravel(), out=exposure)
        return exposure.reshape(high - low, weeks)

    return made


@njit(cache=True)
def _weighed(
    random: NDArray[Any], targeted: NDArray[Any], other: NDArray[Any], rows: Places, cell: Places, weeks: int,
    low: int, of_targeted: Floats, of_other: Floats, out: Floats,
) -> None:  # fmt: skip
    for i in range(rows.size):
        row, series = rows[i], cell[i] // weeks
        out[cell[i] - low * weeks] += random[row] + of_targeted[series] * targeted[row] + of_other[series] * other[row]


def declared_exposure(lots: Floats) -> Floats:
    """Mean lots declared per week over the last half year; 1 where nothing was ever declared.

    Weeks before the first declaration take its level: a denominator that begins to be delivered is not a market that opens.
    """
    exposure = np.empty_like(lots)
    _smoothed(lots, exposure)
    return exposure


@njit(parallel=True, cache=True)
def _smoothed(lots: Floats, out: Floats) -> None:
    weeks = lots.shape[1]
    for i in prange(lots.shape[0]):
        first = 0
        while first < weeks and lots[i, first] <= 0.0:
            first += 1
        if first == weeks:
            out[i] = 1.0
            continue
        settled, total, whole = min(first + DECLARED_WEEKS - 1, weeks - 1), 0.0, 0.0
        for t in range(weeks):
            total += lots[i, t] - (lots[i, t - DECLARED_WEEKS] if t >= DECLARED_WEEKS else 0.0)
            out[i, t] = total / min(max(t - first + 1, 1), DECLARED_WEEKS)
        for t in range(settled):
            out[i, t] = out[i, settled]
        for t in range(weeks):
            whole += out[i, t]
        # A trade that stopped leaves goods on the shelves: never less than a twentieth of its usual level.
        floor = 0.05 * max(whole / weeks, 1e-9)
        for t in range(weeks):
            out[i, t] = max(out[i, t], floor)
