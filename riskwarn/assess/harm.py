"""What a hazard can do to people: scenarios of harm, the risk matrix for goods, hazard classes for food.

The matrix (matrix.toml) rates severity x probability of *harm*; P(harm) = share of goods with the defect x P(injury | defect) from a table
that people review (injury_given_defect.csv). Where the table has no reviewed row there is no matrix result, and the severity decides alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from scipy.stats import beta

from riskwarn import names
from riskwarn.model import ALL, UNKNOWN
from riskwarn.places import PACKAGE

RISKS = ("low", "medium", "high", "serious")
FOOD_SCHEMES = ("RASFF", "FDA", "OPENFDA")
LAST_FOOD_CHAPTER = 23  # chapters 01-23 of the HS: food and feed; 24 is tobacco
MOST_SEVERE = 4


@dataclass(frozen=True)
class Rate:
    """Share of goods with the defect: failed over inspected lots, with a 90% interval (Jeffreys)."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Injury:
    """P(injury | defect): a row of the table. ``is_reviewed``: a second person of the authority answers for it."""

    low: float
    central: float
    high: float
    scenario_en: str
    scenario_zh: str
    is_reviewed: bool
    checker: str


@dataclass(frozen=True)
class Scenario:
    """One way in which people may be harmed.

    ``severity`` 1-4 is that of the hazard, one higher (at most 4) where ``vulnerable`` names users who are hurt more easily.
    ``hazard_class``: matrix (goods), acute | chronic | hygiene | formal (food), quarantine. ``risk``: what counts; ``matrix_risk``: the
    matrix result with its range over both intervals, None where the probability is not known or nobody reviewed it.
    """

    hazard_category: str
    severity: int
    vulnerable: str
    hazard_class: str
    risk: str
    rate: Rate | None
    injury: Injury | None
    p_harm: float | None
    matrix_risk: str | None
    lowest: str | None
    highest: str | None


@dataclass(frozen=True)
class Goods:
    """What a warning is about, as the assessment needs it: product, hazards with their events, lots inspected (None: no denominator)."""

    product_scheme: str
    product_code: str
    hazards: tuple[tuple[str, int], ...]
    inspected: int | None


def rate_of(failed: int, inspected: int) -> Rate:
    """Failed over inspected with the 90% interval of Jeffreys' prior (Brown, Cai, DasGupta 2001)."""
    failed = min(failed, inspected)
    low = 0.0 if failed == 0 else float(beta.ppf(0.05, failed + 0.5, inspected - failed + 0.5))
    high = 1.0 if failed == inspected else float(beta.ppf(0.95, failed + 0.5, inspected - failed + 0.5))
    return Rate(failed / inspected, low, high)


def matrix_risk(severity: int, p_harm: float) -> str:
    """The cell of the matrix."""
    for row in matrix()["row"]:
        if p_harm > row["above"]:
            return str(row["risk"][severity - 1])
    return str(matrix()["row"][-1]["risk"][severity - 1])


def scenarios(goods: Goods) -> tuple[Scenario, ...]:
    """One scenario a hazard whose severity is known, the gravest first; empty where no hazard is named."""
    found = [_scenario(goods, hazard, events) for hazard, events in goods.hazards if hazard not in (ALL, UNKNOWN)]
    known = [scenario for scenario in found if scenario is not None]
    return tuple(sorted(known, key=lambda s: (-RISKS.index(s.risk), -s.severity, s.hazard_category)))


def _scenario(goods: Goods, hazard: str, events: int) -> Scenario | None:
    severity = names.hazard_severity(hazard)
    if severity is None:
        return None
    users = vulnerable_users(goods.product_scheme, goods.product_code)
    # Who cannot guard himself is hurt more; what hurts nobody (severity 1) hurts him no more.
    raised = min(severity + 1, MOST_SEVERE) if users and severity > 1 else severity
    rate = rate_of(events, goods.inspected) if goods.inspected else None
    injury = injury_given(hazard, goods.product_scheme, goods.product_code)
    kind = hazard_class(hazard, goods.product_scheme, goods.product_code)
    by_severity = RISKS[raised - 1]
    if kind != "matrix" or rate is None or injury is None:
        return Scenario(hazard, raised, users, kind, by_severity, rate, injury if kind == "matrix" else None, None, None, None, None)
    p_harm = rate.value * injury.central
    cell = matrix_risk(raised, p_harm)
    lowest, highest = matrix_risk(raised, rate.lower * injury.low), matrix_risk(raised, rate.upper * injury.high)
    risk = cell if injury.is_reviewed else by_severity
    return Scenario(hazard, raised, users, kind, risk, rate, injury, p_harm, cell, lowest, highest)


def hazard_class(hazard: str, scheme: str, code: str) -> str:
    """matrix for goods; a food class for hazards of food; quarantine for pests and diseases."""
    domain = names.hazard_domain(hazard)
    if domain == "quarantine":
        return "quarantine"
    if domain == "food" or (domain == "both" and is_food(scheme, code)):
        row = _keyed("food_hazard_classes", "hazard_category").get(hazard)
        return row["food_class"] if row else "chronic"
    return "matrix"


def is_food(scheme: str, code: str) -> bool:
    """Food and feed by the product: chapters 01-23 of the HS, or a system that knows nothing else."""
    if scheme in FOOD_SCHEMES:
        return True
    return scheme == "HS" and code[:2].isdigit() and int(code[:2]) <= LAST_FOOD_CHAPTER


def vulnerable_users(scheme: str, code: str) -> str:
    """Who uses the product and is hurt more easily (children | infants | patients), or empty."""
    for row in names.reference("vulnerable_products"):
        if row["product_scheme"] == scheme and code.startswith(row["code_prefix"]):
            return row["users"]
    return ""


def injury_given(hazard: str, scheme: str, code: str) -> Injury | None:
    """The row of the table for a hazard and a product, the longest prefix first; None where nobody wrote one."""
    rows = [
        row
        for row in names.reference("injury_given_defect")
        if row["hazard_category"] == hazard and row["product_scheme"] in ("", scheme) and code.startswith(row["code_prefix"])
    ]
    if not rows:
        return None
    row = max(rows, key=lambda r: (len(r["code_prefix"]), r["status"] == "reviewed"))
    low, central, high = (float(row[name]) for name in ("p_low", "p_central", "p_high"))
    if not 0 < low <= central <= high <= 1:
        raise ValueError(f"injury_given_defect.csv: {hazard} {code}: probabilities must satisfy 0 < low <= central <= high <= 1")
    is_reviewed = row["status"] == "reviewed" and bool(row["checker"].strip())
    return Injury(low, central, high, row["scenario_en"], row["scenario_zh"], is_reviewed, row["checker"])


@cache
def matrix() -> dict[str, Any]:
    """The matrix as written down."""
    return tomllib.loads((PACKAGE / "assess" / "matrix.toml").read_text(encoding="utf-8"))


@cache
def _keyed(name: str, key: str) -> dict[str, dict[str, str]]:
    return {row[key]: row for row in names.reference(name)}
