"""Speed per series-week: our detector beside one streaming pass over the same numbers, our Farrington, and R where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from farrington import farrington
from numba import njit, prange
from outbreaks import JUDGED_FROM, WEEKS, Counts, Floats
from tables import markdown

from riskwarn.detect.prospective import judge_weeks

R_SERIES = 6
R_CODE = """suppressMessages(library(surveillance)); x <- as.matrix(read.csv("%s", header = FALSE))
s <- sts(observed = x, frequency = 52, start = c(2000, 1))
used <- system.time(suppressWarnings(farringtonFlexible(s, list(range = %d:%d, b = 5, w = 3, reweight = TRUE, weightsThreshold = 2.58,
  glmWarnings = FALSE, trend = TRUE, pThresholdTrend = 1, limit54 = c(0, 4), noPeriods = 10, pastWeeksNotIncluded = 26,
  thresholdMethod = "nbPlugin"))))
cat(used[3])"""


@njit(parallel=True, cache=True)
def _stream(counts: Floats, level: Floats) -> None:
    """The least a prospective detector does: one discounted mean a week."""
    for s in prange(counts.shape[0]):
        usual = counts[s, 0]
        for t in range(counts.shape[1]):
            level[s, t] = usual
            usual += 0.02 * (counts[s, t] - usual)


def speed_table(counts: Counts) -> str:
    """Markdown: nanoseconds of wall time a judged series-week (best of three), and how many streaming passes that is."""
    rows, weeks = len(counts), counts.shape[1]
    flat, level = counts.astype(np.float64), np.empty(counts.shape)
    ones, lengths = np.ones(counts.size), np.full(rows, weeks)
    first = np.full(rows, 733776)  # a Monday
    pass_ns = _best(lambda: _stream(flat, level)) / counts.size
    bare = _best(lambda: judge_weeks(flat.ravel(), ones, lengths, first, 0.01, with_upper=False))
    whole = _best(lambda: judge_weeks(flat.ravel(), ones, lengths, first, 0.01))
    few = counts[:400]
    found = {
        "one streaming pass (discounted mean)": pass_ns,
        "riskwarn surveil: expected and p": bare / counts.size,
        "riskwarn surveil: with the upper bound": whole / counts.size,
        "Farrington Flexible, compiled here": _best(lambda: farrington(few, JUDGED_FROM)) / (len(few) * (WEEKS - JUDGED_FROM)),
    }
    r = _r_nanoseconds(counts[:R_SERIES])
    if r is not None:
        found["R surveillance, farringtonFlexible (one core)"] = r
    table = [{"speed": name, "ns a series-week": f"{ns:,.1f}", "streaming passes": f"{ns / pass_ns:,.0f}"} for name, ns in found.items()]
    return markdown(table) + ("" if r is not None else "\n\nR was not installed: not compared.")


def _best(work: Callable[[], object]) -> float:
    """Nanoseconds of the fastest of three runs after a first one that compiles."""
    work()
    times = []
    for _ in range(3):
        begun = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - begun)
    return float(min(times))


def _r_nanoseconds(counts: Counts) -> float | None:
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.csv"
        np.savetxt(path, counts.T, delimiter=",", fmt="%d")
        done = subprocess.run(["Rscript", "-e", R_CODE % (path, JUDGED_FROM + 1, WEEKS)], capture_output=True, text=True, check=False)
    try:
        return 1e9 * float(done.stdout) / (len(counts) * (WEEKS - JUDGED_FROM))
    except ValueError:
        return None
