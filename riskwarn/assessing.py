"""Assesses the warnings of a night: scenarios of harm, then the colour, from what is behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from riskwarn.assess import episodes as ep
from riskwarn.assess.harm import Goods, Scenario, matrix, scenarios
from riskwarn.assess.levels import Facts, Level, level_of, rule
from riskwarn.behind import Behind
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.model import ALL

# A hazard decides about the colour if it makes up this share of the events.
ENOUGH = 0.2

COLUMNS = (
    "warning_id",
    "scenario_no",
    "hazard_category",
    "hazard_class",
    "severity",
    "vulnerable",
    "risk",
    "rate",
    "rate_lower",
    "rate_upper",
    "injury_low",
    "injury_central",
    "injury_high",
    "is_injury_reviewed",
    "p_harm",
    "matrix_risk",
    "matrix_risk_lowest",
    "matrix_risk_highest",
    "scenario_en",
    "scenario_zh",
    "rule_version",
    "matrix_version",
)
_FLOATS = ("rate", "rate_lower", "rate_upper", "injury_low", "injury_central", "injury_high", "p_harm")


@dataclass(frozen=True)
class Assessment:
    """The scenarios of a warning, the gravest first, and its level."""

    scenarios: tuple[Scenario, ...]
    level: Level


def assess(shown: Sequence[ep.Episode], behind: Behind) -> dict[str, Assessment]:
    """By warning id."""
    indicators = {i.id: i for i in load_indicators()}
    return {e.episode_id: _assess(e, indicators[e.indicator_id], behind) for e in shown}


def assessment_table(assessed: Mapping[str, Assessment]) -> pd.DataFrame:
    """One row a warning x scenario (COLUMNS), the gravest first; a warning of which no hazard is known has none."""
    rows = [_row(i, n, s) for i, found in sorted(assessed.items()) for n, s in enumerate(found.scenarios, start=1)]
    # Typed whatever the night holds: with no probability at all there would be nothing to tell the types by.
    types = dict.fromkeys(_FLOATS, "float64") | {"is_injury_reviewed": "boolean"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _assess(episode: ep.Episode, indicator: Indicator, behind: Behind) -> Assessment:
    warning_id, evidence = episode.episode_id, episode.evidence
    events = behind.total(warning_id)
    hazards = tuple((code, n) for code, n in behind.of(warning_id, "hazard_category") if n >= ENOUGH * events)
    if episode.key.hazard_category != ALL:
        hazards = ((episode.key.hazard_category, events),)
    inspected = behind.inspected.get(warning_id) if indicator.noun == "failed" else None
    found = scenarios(Goods(episode.key.product_scheme, episode.key.product_code, hazards, inspected))
    facts = Facts(
        is_rule=indicator.kind == "rule",
        worst=found[0] if found else None,
        p_value=evidence.p_value,
        ratio_lower=evidence.ratio_lower,
        origins=behind.distinct(warning_id, "origin_country"),
        ports=behind.distinct(warning_id, "port_code"),
        enterprises=behind.distinct(warning_id, "enterprise_code"),
        regions=behind.distinct(warning_id, "region"),
        halves=behind.halves(warning_id, evidence.week, evidence.window_weeks),
        online=behind.total(warning_id, "online"),
        complaints=sum(n for code, n in behind.of(warning_id, "source") if code == "consumer_complaints"),
        lots=behind.declared.get(warning_id, 0),
        deaths=behind.total(warning_id, "death"),
    )
    return Assessment(found, level_of(facts))


def _row(warning_id: str, number: int, scenario: Scenario) -> dict[str, Any]:
    rate, injury = scenario.rate, scenario.injury
    return {
        "warning_id": warning_id,
        "scenario_no": number,
        **{name: getattr(scenario, name) for name in ("hazard_category", "hazard_class", "severity", "vulnerable", "risk", "p_harm")},
        "rate": rate.value if rate else None,
        "rate_lower": rate.lower if rate else None,
        "rate_upper": rate.upper if rate else None,
        "injury_low": injury.low if injury else None,
        "injury_central": injury.central if injury else None,
        "injury_high": injury.high if injury else None,
        "is_injury_reviewed": injury.is_reviewed if injury else None,
        "matrix_risk": scenario.matrix_risk or "",
        "matrix_risk_lowest": scenario.lowest or "",
        "matrix_risk_highest": scenario.highest or "",
        "scenario_en": injury.scenario_en if injury else "",
        "scenario_zh": injury.scenario_zh if injury else "",
        "rule_version": str(rule()["version"]),
        "matrix_version": str(matrix()["version"]),
    }
