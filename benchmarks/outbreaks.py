"""Simulated series of the public outbreak benchmark (Noufaily et al. 2013; Bedubourg & Le Strat 2017): 42 scenarios, fixed seeds.

Means are exp(theta + beta t + season), counts negative binomial with variance phi x mean, 624 weeks; four past outbreaks of strength
k1 in {0, 2, 3, 5, 10} in weeks 313-575; one outbreak of strength 1..10 in the judged weeks 576-624. An outbreak has Poisson(k standard
deviations) cases spread by floor(LogNormal(0, 0.5)) weeks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEEKS, JUDGED_FROM, PAST = 624, 575, (312, 575)  # zero-based: week 576 is index 575
FAMILIES = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
PAST_STRENGTHS = (0, 2, 3, 5, 10)
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Scenario:
    theta: float
    beta: float
    g1: float
    g2: float
    phi: float
    harmonics: int

    def mean(self) -> Floats:
        t = np.arange(1, WEEKS + 1)
        log_mean = self.theta + self.beta * t
        for j in range(1, self.harmonics + 1):
            angle = 2.0 * np.pi * j * t / 52.0
            log_mean = log_mean + self.g1 * np.cos(angle) + self.g2 * np.sin(angle)
        return np.exp(log_mean)


SCENARIOS = tuple(Scenario(a, b * trend, c, d, phi, m) for a, b, c, d, phi in FAMILIES for trend in (0, 1) for m in (0, 1, 2))


@dataclass(frozen=True)
class Simulated:
    """Series x weeks: counts without the last outbreak, and its cases; per series scenario number, strengths, true mean and dispersion."""

    quiet: Counts
    cases: Counts
    scenario: NDArray[np.int64]
    past_strength: NDArray[np.int64]
    strength: NDArray[np.int64]
    mean: Floats
    phi: Floats


def simulate(seed: int, per_scenario: int) -> Simulated:
    """``per_scenario`` series of each scenario, cycling through past strengths and outbreak strengths 1..10."""
    rng = np.random.default_rng(seed)
    size = len(SCENARIOS) * per_scenario
    quiet, cases = (np.zeros((size, WEEKS), dtype=np.int64) for _ in range(2))
    scenario, past = np.repeat(np.arange(len(SCENARIOS)), per_scenario), np.zeros(size, dtype=np.int64)
    strength = 1 + (np.arange(size) // 5) % 10
    for s in range(size):
        one = SCENARIOS[scenario[s]]
        mean = one.mean()
        quiet[s] = rng.poisson(mean) if one.phi == 1.0 else rng.negative_binomial(mean / (one.phi - 1.0), 1.0 / one.phi)
        past[s] = PAST_STRENGTHS[s % 5]
        if past[s]:
            for start in rng.integers(*PAST, 4):
                quiet[s] += outbreak(rng, int(past[s]), mean, one.phi, int(start), PAST[1])
        cases[s] = outbreak(rng, int(strength[s]), mean, one.phi, int(rng.integers(JUDGED_FROM, WEEKS - 4)), WEEKS)
    means = np.array([one.mean() for one in SCENARIOS])[scenario]
    return Simulated(quiet, cases, scenario, past, strength, means, np.array([one.phi for one in SCENARIOS])[scenario])


def outbreak(rng: np.random.Generator, k: int, mean: Floats, phi: float, start: int, end: int) -> Counts:
    """Cases per week of one outbreak that begins in week ``start``; those beyond ``end`` are cut off."""
    weeks = start + np.floor(rng.lognormal(0.0, 0.5, rng.poisson(k * np.sqrt(phi * mean[start])))).astype(np.int64)
    return np.bincount(weeks[weeks < end], minlength=WEEKS)
