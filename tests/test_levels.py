"""The colour rule and the sentences."""

from __future__ import annotations

import itertools

import pytest

from riskwarn.assess.levels import ORDER, Facts, because, level_of, rule
from riskwarn.assess.reasons import ReasonFacts, reason
from riskwarn.model import Colour, SeriesKey

QUIET = Facts(is_rule=False, severity=3, p_value=1e-7, ratio_lower=3.0, origins=1, ports=1, enterprises=1, deaths=0)


def facts(**changes: object) -> Facts:
    return Facts(**{**QUIET.__dict__, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({}, Colour.ORANGE),
        ({"severity": 4}, Colour.RED),
        ({"severity": 4, "p_value": 0.01, "ratio_lower": 1.1}, Colour.YELLOW),
        ({"severity": None}, Colour.YELLOW),
        ({"severity": 1, "p_value": 0.01}, Colour.BLUE),
        ({"severity": 1, "p_value": 0.01, "ports": 4}, Colour.YELLOW),
        ({"ports": 9}, Colour.ORANGE),  # spread alone never makes red
        ({"is_rule": True, "p_value": None, "deaths": 1}, Colour.RED),
        ({"is_rule": True, "p_value": None}, Colour.ORANGE),
    ],
)
def test_colour(changes: dict[str, object], colour: Colour) -> None:
    assert level_of(facts(**changes)).colour == colour


def test_more_severe_stronger_or_wider_is_never_a_lower_colour() -> None:
    for severity, p, origins in itertools.product((1, 2, 3), (0.01, 5e-4, 1e-7), (1, 5)):
        here = ORDER.index(level_of(facts(severity=severity, p_value=p, origins=origins)).colour)
        for worse in ({"severity": severity + 1}, {"p_value": p / 100}, {"origins": origins + 5}):
            assert ORDER.index(level_of(facts(**{"severity": severity, "p_value": p, "origins": origins, **worse})).colour) >= here


def test_the_rule_is_printed_with_what_it_looked_at() -> None:
    level = level_of(facts(p_value=2e-9, ratio_lower=3.14, ports=5, severity=2))
    assert because(level, "en") == (
        "orange because the hazard has severity 2 of 4, the signal is strong (p = 2e-9, at least 3.1 times the usual), "
        "spread over 5 ports (one colour higher)"
    )
    assert because(level, "zh_CN").startswith("橙色：危害严重度为2级")


def test_the_rule_names_who_answers_for_it() -> None:
    assert {"author", "checker", "next_review", "source"} <= rule().keys()


TOYS = SeriesKey("product_origin", "import", "HS", "9503", "VN", "*")


def test_reason_of_a_failure_rate() -> None:
    told = ReasonFacts("failed", TOYS, 4, 9, 2.5, 120, (("VN", 9),), (("choking", 6),))
    english, chinese = reason(told, "en"), reason(told, "zh_CN")
    assert english.startswith("Last 4 weeks: 120 lots of ")
    assert "(9503) from Viet Nam inspected, 9 failed (7.5%), usually about 2.1%." in english
    assert "检验120批，不合格9批（7.5%），往常约2.1%。" in chinese
    assert "越南" in chinese


def test_reason_of_alerts_names_the_origins_and_the_missing_denominator() -> None:
    key = SeriesKey("product_hazard", "import", "RASFF", "nuts_seeds", "*", "pesticide_residues")
    told = ReasonFacts("foreign_alerts", key, 1, 21, 0.4, None, (("IN", 16), ("NA", 1)), ())
    english = reason(told, "en")
    assert "21 foreign alerts" in english
    assert "usually about 0.4" in english
    assert "India 16, Namibia 1" in english
    assert "No denominator" in english


def test_reason_of_a_failure_rate_for_one_hazard_counts_all_inspected_lots() -> None:
    key = SeriesKey("product_hazard", "import", "HS", "9503", "*", "choking")
    told = ReasonFacts("failed", key, 1, 9, 2.5, 120, (("VN", 5), ("TH", 4)), ())
    assert "of all origins inspected, 9 failed for " in reason(told, "en")
    assert "检验120批，因" in reason(told, "zh_CN")
