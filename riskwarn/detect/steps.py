"""Slowly moving parameters in steps, so that a report more or less does not move what is expected of every other series."""

from __future__ import annotations

import numpy as np

from riskwarn.detect.workdays import Floats

# Of a logarithm: a rate, a ratio or a season is meant to within 2.5%, far less than its own doubt. A step is also what lets a series be
# carried from night to night (carried.py): its prior moves seldom, not a little every night.
STEP = 0.05
WIDE_STEP = 0.25  # of a variance, which is one for thousands of series and known far less well


def in_steps(logarithm: Floats, step: float = STEP) -> Floats:
    """The nearest whole number of steps."""
    found: Floats = np.rint(logarithm / step) * step
    return found


def ratio_in_steps(ratio: Floats, step: float = STEP) -> Floats:
    """The same of a positive ratio."""
    found: Floats = np.exp(in_steps(np.log(ratio), step))
    return found
