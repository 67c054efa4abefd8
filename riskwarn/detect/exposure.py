"""Exposure: how many events a series would bring at a usual rate, before season and rate are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riskwarn.detect.panel import Panel
from riskwarn.detect.workdays import Floats
from riskwarn.model import Scope

PRIOR_FAILURES = 10.0  # failures' worth of belief in the ratio pooled over all chapters
RATIO_LIMITS = (0.25, 20.0)
DECLARED_WEEKS = 26  # complaints follow what was declared over about half a year


def exposure_of(panel: Panel, denominator: str, guard_weeks: int) -> tuple[Floats, np.ndarray]:
    """Series x weeks of exposure, and per series whether it comes from a denominator (else it is 1 a week)."""
    if denominator == "inspected":
        exposure = inspected_exposure(panel, guard_weeks)
        return exposure, np.ones(len(panel.keys), dtype=bool)
    if denominator == "declared_lots":
        return declared_exposure(panel.parts["declared_lots"])
    return np.ones_like(panel.counts), np.zeros(len(panel.keys), dtype=bool)


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
    sums = {name: matrix[own, :learned].sum(axis=1) for name, matrix in panel.parts.items()}
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
        ratios[stratum] = shrunk.clip(*RATIO_LIMITS)
        overall[stratum] = float(np.clip(pooled, *RATIO_LIMITS))
    # An aggregate over chapters is in none of them: the pooled ratio is its own.
    everywhere = pd.Index(panel.keys["chapter"].unique()).difference(pd.Index(np.unique(chapter)))
    return pd.concat([pd.DataFrame(ratios), pd.DataFrame(overall, index=everywhere)])


def inspected_exposure(panel: Panel, guard_weeks: int) -> Floats:
    """Inspected lots on the scale of random ones: a targeted lot counts as many times as targeted lots usually fail more often.

    A step of targeting then moves the expected failures as it moves the failures. A failed lot was inspected, whatever the
    tables say.
    """
    learned = max(panel.counts.shape[1] - guard_weeks, 1)
    ratios = targeting_ratios(panel, learned)
    mine = ratios.loc[panel.keys["chapter"]]
    exposure = panel.parts["inspected_random"].copy()
    for stratum in ("targeted", "other"):
        exposure += mine[stratum].to_numpy()[:, None] * panel.parts[f"inspected_{stratum}"]
    return np.maximum(exposure, panel.counts)


def declared_exposure(lots: Floats) -> tuple[Floats, np.ndarray]:
    """Mean lots declared per week over the last half year; 1 where nothing was ever declared (and so marked).

    Weeks before the first declaration take its level: a denominator that begins to be delivered is not a market that opens.
    """
    has = lots.sum(axis=1) > 0
    weeks = lots.shape[1]
    begun = np.cumsum(lots, axis=1) > 0
    total = np.cumsum(lots, axis=1)
    age = np.cumsum(begun, axis=1)
    before = np.concatenate([np.zeros((len(lots), DECLARED_WEEKS)), total], axis=1)[:, :weeks]
    mean = (total - before) / np.clip(age, 1, DECLARED_WEEKS)
    first = np.argmax(begun, axis=1)
    settled = np.minimum(first + DECLARED_WEEKS - 1, weeks - 1)
    level = mean[np.arange(len(lots)), settled]
    young = np.arange(weeks)[None, :] < settled[:, None]
    smoothed = np.where(young, level[:, None], mean)
    # A trade that stopped leaves goods on the shelves: never less than a twentieth of its usual level.
    floor = 0.05 * np.maximum(smoothed.mean(axis=1, keepdims=True), 1e-9)
    return np.where(has[:, None], np.maximum(smoothed, floor), 1.0), has
