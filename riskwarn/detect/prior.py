"""What rate a series would have if nothing were known of it but its product, its origin and its hazard: the empirical-Bayes prior.

A new lane inherits what its neighbours show. The series' own events are left out of the margins it is compared with
(otherwise the first burst of a small product would explain itself).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskwarn.detect.workdays import Floats
from riskwarn.model import Scope

HETEROGENEITY_LIMITS = (0.1, 20.0)
# What a rate differs by, from wide to narrow, at the scopes whose prior comes from margins of their own level. With a denominator every
# factor counts. Without one a series is what its independent dimensions would share (CROSSED); where it has only one, the mean of its kind.
FACTORS = {
    Scope.PRODUCT_ORIGIN: ("chapter", "product_code", "origin_country"),
    Scope.PRODUCT: ("chapter", "product_code"),
    Scope.ORIGIN: ("origin_country",),
    Scope.CHAPTER_ORIGIN: ("product_code", "origin_country"),
    Scope.CHAPTER_HAZARD: ("product_code", "hazard_category"),
    Scope.HAZARD_ORIGIN: ("hazard_category", "origin_country"),
    Scope.PRODUCT_SUBSTANCE: ("hazard_category", "substance", "product_code"),
    Scope.SUBSTANCE: ("hazard_category", "substance"),
}
CROSSED = {
    Scope.PRODUCT_ORIGIN: ("product_code", "origin_country"),
    Scope.CHAPTER_ORIGIN: ("product_code", "origin_country"),
    Scope.CHAPTER_HAZARD: ("product_code", "hazard_category"),
    Scope.HAZARD_ORIGIN: ("hazard_category", "origin_country"),
    Scope.PRODUCT_SUBSTANCE: ("substance", "product_code"),
}
_HALF = 0.5  # an event's half is added to a margin that is used as a numerator


@dataclass(frozen=True)
class Prior:
    """Per series: expected rate per unit of exposure, and the variance of its relative rate (1 / gamma shape)."""

    rate: Floats
    variance: Floats


def margin_prior(keys: pd.DataFrame, events: Floats, exposure: Floats, has_denominator: np.ndarray, default_variance: float) -> Prior:
    """The prior of each series from the totals learned so far.

    ``events`` and ``exposure`` are totals per series over the weeks learned. Series with and without a denominator, and product
    schemes, are separate worlds: their rates have other units.
    """
    world = keys["direction"] + "|" + keys["product_scheme"] + "|" + pd.Series(has_denominator).map({True: "1", False: "0"})
    rate, variance = np.empty(len(keys)), np.empty(len(keys))
    code, _ = pd.factorize(world)
    for number in range(code.max(initial=-1) + 1):
        mine = np.flatnonzero(code == number)
        part = keys.iloc[mine].reset_index(drop=True)
        rate[mine] = _world_rate(part, events[mine], exposure[mine], bool(has_denominator[mine[0]]), default_variance)
        for scope in part["scope"].unique():
            at = mine[(part["scope"] == scope).to_numpy()]
            variance[at] = heterogeneity(events[at], rate[at] * exposure[at], default_variance)
    return Prior(rate, variance)


def heterogeneity(events: Floats, expected: Floats, default: float) -> float:
    """Variance of the relative rates between series (moment estimator, sparse series weighing more); the default where too few.

    It also says how far the margins may be trusted: where they expect next to nothing of series that do have events, the
    variance is large and the series learn from their own weeks.
    """
    weight = 1.0 / (1.0 + expected) ** 2
    bottom = float((weight * expected**2).sum())
    if events.sum() < 20:
        return default
    top = float((weight * ((events - expected) ** 2 - expected)).sum())
    # Pulled towards the default with the weight of two series.
    return float(np.clip((top + 2.0 * default) / (bottom + 2.0), *HETEROGENEITY_LIMITS))


def _world_rate(keys: pd.DataFrame, events: Floats, exposure: Floats, has_denominator: bool, variance: float) -> Floats:
    strength = 1.0 / variance
    scope = keys["scope"].to_numpy()
    rate = np.empty(len(keys))
    for level, factors in FACTORS.items():
        at = np.flatnonzero(scope == level)
        if at.size and has_denominator:
            rate[at] = _rate_with_exposure(keys.iloc[at], events[at], exposure[at], factors, strength)
        elif at.size:
            rate[at] = _rate_without(keys.iloc[at], events[at], exposure[at], CROSSED.get(level, ()))
    lanes = np.flatnonzero(scope == Scope.PRODUCT_ORIGIN)
    for cells, parents in ((Scope.PRODUCT_ORIGIN_HAZARD, ("product_code", "origin_country")), (Scope.PRODUCT_HAZARD, ("product_code",))):
        at = np.flatnonzero(scope == cells)
        if at.size:
            part, own, units = keys.iloc[at].reset_index(drop=True), events[at], exposure[at]
            parent_events, parent_rate = _parents(keys, events, rate, lanes, part, parents)
            remaining = np.maximum(parent_events - own, 0.0)
            whole = (remaining + strength * np.minimum(1.0, parent_rate * units)) / np.maximum(units, 1e-9)
            rate[at] = np.maximum(whole * hazard_share(part, own), 1e-9)
    return rate


def _margin(keys: pd.DataFrame, name: str, values: Floats) -> Floats:
    code, _ = pd.factorize(keys[name])
    margin: Floats = np.bincount(code, values).astype(np.float64)[code]
    return margin


def _rate_with_exposure(keys: pd.DataFrame, events: Floats, exposure: Floats, factors: tuple[str, ...], strength: float) -> Floats:
    """Rate of all, times how each factor differs (chapter, product, origin); each shrunk to 1, own events left out."""
    overall = (events.sum() + _HALF) / max(exposure.sum(), 1e-9)
    rate: Floats = np.full(len(keys), overall)
    for name in factors:
        due = rate * exposure
        mine, expected = _margin(keys, name, events) - events, _margin(keys, name, due) - due
        rate = np.maximum(rate * (mine + strength) / (expected + strength), 1e-9)
    return rate


def _rate_without(keys: pd.DataFrame, events: Floats, exposure: Floats, crossed: tuple[str, ...]) -> Floats:
    """Events that two dimensions would share were they independent (product total x origin total / grand total), own events left
    out; without two dimensions the mean of the other series.
    """
    others = events.sum() - events
    if crossed:
        one, two = (_margin(keys, name, events) - events + _HALF for name in crossed)
        whole: Floats = one * two / (others + 1.0)
    else:
        whole = (others + _HALF) / max(len(keys) - 1, 1)
    rate: Floats = whole / np.maximum(exposure, 1e-9)
    return rate


def _parents(
    keys: pd.DataFrame, events: Floats, rate: Floats, lanes: np.ndarray, cells: pd.DataFrame, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Events and prior rate of the lanes (or all lanes of the product) that a cell is part of; zero where there is none."""
    table = keys.iloc[lanes][list(names)].assign(events=events[lanes], rate=rate[lanes])
    found = cells[list(names)].merge(table.groupby(list(names), as_index=False).sum(), on=list(names), how="left").fillna(0.0)
    return found["events"].to_numpy(dtype=np.float64), found["rate"].to_numpy(dtype=np.float64)


def hazard_share(keys: pd.DataFrame, events: Floats) -> Floats:
    """The part of a product's events that this hazard would make up: what it is for the product's other origins, shrunk to its
    part among all products; own events left out. A series over all origins has only the other products to go by.
    """
    product, hazard, total = _margin(keys, "product_code", events), _margin(keys, "hazard_category", events), events.sum()
    usual: Floats = np.minimum((hazard - events + _HALF) / (total - events + 2.0), 1.0)
    if (keys["scope"] == Scope.PRODUCT_HAZARD).all():
        return usual
    both = pd.Series(events).groupby([keys["product_code"].to_numpy(), keys["hazard_category"].to_numpy()]).transform("sum").to_numpy()
    share: Floats = (both - events + 2.0 * usual) / (product - events + 2.0)
    return np.minimum(share, 1.0)
