"""Scenarios of harm, the colour rule and the sentences."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from riskwarn.assess.harm import RISKS, Goods, Injury, Scenario, hazard_class, injury_given, matrix, matrix_risk, rate_of, scenarios
from riskwarn.assess.levels import ORDER, Facts, Level, because, level_of, raising, rule
from riskwarn.assess.reasons import ReasonFacts, reason
from riskwarn.model import Colour, SeriesKey


def scenario(risk: str = "high", severity: int = 3, **changes: object) -> Scenario:
    plain = Scenario("chemical", severity, "", "matrix", risk, None, None, None, None, None, None)
    return replace(plain, **changes)  # type: ignore[arg-type]


QUIET = Facts(is_rule=False, worst=scenario(), p_value=1e-7, ratio_lower=3.0)


def facts(**changes: object) -> Facts:
    return replace(QUIET, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "colour"),
    [
        ({}, Colour.ORANGE),
        ({"worst": scenario("serious", 4)}, Colour.RED),
        ({"worst": scenario("serious", 4), "p_value": 0.01, "ratio_lower": 1.1}, Colour.YELLOW),
        ({"worst": None}, Colour.YELLOW),
        ({"worst": scenario("low", 1), "p_value": 0.01}, Colour.BLUE),
        ({"worst": scenario("low", 1), "p_value": 0.01, "ports": 4}, Colour.YELLOW),
        ({"ports": 9}, Colour.ORANGE),  # influence alone never makes red
        ({"halves": (1, 40)}, Colour.ORANGE),  # nor does urgency
        ({"is_rule": True, "p_value": None, "deaths": 1}, Colour.RED),
        ({"is_rule": True, "p_value": None}, Colour.ORANGE),
    ],
)
def test_colour(changes: dict[str, object], colour: Colour) -> None:
    assert level_of(facts(**changes)).colour == colour


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"halves": (2, 6)}, "rising"),
        ({"halves": (2, 5)}, ""),  # three more are chance
        ({"halves": (4, 7)}, ""),  # not twice as many
        ({"regions": 6}, "regions"),
        ({"online": 6, "complaints": 12}, "online"),
        ({"online": 6, "complaints": 13}, ""),
        ({"lots": 5000}, "volume"),
        ({"lots": 4999}, ""),
    ],
)
def test_urgency_and_influence(changes: dict[str, object], by: str) -> None:
    assert raising(facts(**changes)) == by
    level = level_of(facts(worst=scenario("low", 1), p_value=0.01, **changes))
    assert (level.raised_by, level.colour) == (by, Colour.YELLOW if by else Colour.BLUE)
    for lang in ("en", "zh_CN"):
        assert (("one colour higher" in because(level, lang)) or ("提高一级" in because(level, lang))) == bool(by)


def test_more_severe_stronger_or_wider_is_never_a_lower_colour() -> None:
    for risk, p, origins in itertools.product(RISKS[:3], (0.01, 5e-4, 1e-7), (1, 5)):
        base: dict[str, object] = {"worst": scenario(risk), "p_value": p, "origins": origins}
        here = ORDER.index(level_of(facts(**base)).colour)
        for worse in ({"worst": scenario(RISKS[RISKS.index(risk) + 1])}, {"p_value": p / 100}, {"origins": origins + 5}):
            assert ORDER.index(level_of(facts(**{**base, **worse})).colour) >= here


def test_the_rule_is_printed_with_what_it_looked_at() -> None:
    level = level_of(facts(worst=scenario("medium", 2), p_value=2e-9, ratio_lower=3.14, ports=5))
    assert because(level, "en") == (
        "orange because the hazard has severity 2 of 4, the signal is strong (p = 2e-9, at least 3.1 times the usual), "
        "spread over 5 ports (one colour higher)"
    )
    assert because(level, "zh_CN").startswith("橙色：危害严重度为2级")


def test_the_rule_names_who_answers_for_it() -> None:
    for written in (rule(), matrix()):
        assert {"author", "checker", "next_review", "source", "version"} <= written.keys()


def test_the_matrix_never_falls_with_severity_or_probability() -> None:
    probabilities = (0.9, 0.5, 0.2, 0.1, 0.05, 5e-3, 5e-4, 5e-5, 5e-6, 5e-7, 0.0)
    grid = [[RISKS.index(matrix_risk(severity, p)) for severity in (1, 2, 3, 4)] for p in probabilities]
    assert all(row == sorted(row) for row in grid)
    assert all(list(column) == sorted(column, reverse=True) for column in zip(*grid, strict=True))
    assert matrix_risk(1, 0.6) == "high"
    assert matrix_risk(3, 1e-4) == "medium"  # above one in 100,000, not above one in 10,000
    assert matrix_risk(4, 0.0) == "low"


def test_rates_carry_their_interval() -> None:
    rate = rate_of(3, 100)
    assert rate.value == 0.03
    assert 0.008 < rate.lower < 0.02 < 0.05 < rate.upper < 0.08
    assert rate_of(0, 10).lower == 0.0
    assert rate_of(10, 10).upper == 1.0
    assert rate_of(12, 10).value == 1.0


def test_goods_go_by_the_matrix_and_food_by_its_classes() -> None:
    assert hazard_class("choking", "HS", "9503") == "matrix"
    assert hazard_class("pathogenic_microorganisms", "HS", "0203") == "acute"
    assert hazard_class("mycotoxins", "RASFF", "nuts_seeds") == "chronic"
    assert hazard_class("labelling", "HS", "0805") == "formal"
    assert hazard_class("labelling", "HS", "8516") == "matrix"
    assert hazard_class("pests", "HS", "4407") == "quarantine"


def test_vulnerable_users_raise_severity_once() -> None:
    (toys,) = scenarios(Goods("HS", "9503", (("chemical", 5),), None))
    (lamps,) = scenarios(Goods("HS", "9405", (("chemical", 5),), None))
    assert (toys.severity, toys.vulnerable, toys.risk) == (4, "children", "serious")
    assert (lamps.severity, lamps.vulnerable, lamps.risk) == (3, "", "high")
    (text,) = scenarios(Goods("HS", "9503", (("performance_quality", 5),), None))
    assert text.severity == 1
    assert "(raised for children)" in because(level_of(facts(worst=toys)), "en")


def test_a_probability_that_nobody_reviewed_is_shown_but_does_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    goods = Goods("HS", "8516", (("fire", 3),), 100)
    (found,) = scenarios(goods)
    assert found.injury is not None
    assert not found.injury.is_reviewed
    assert found.p_harm == pytest.approx(0.03 * found.injury.central)
    assert found.matrix_risk == "medium"  # severity 4, three in a million
    assert found.risk == "serious"  # by severity
    assert RISKS.index(str(found.lowest)) <= RISKS.index("medium") <= RISKS.index(str(found.highest))
    reviewed = Injury(1e-5, 1e-4, 1e-3, "fire", "火灾", True, "A. Reviewer")
    monkeypatch.setattr("riskwarn.assess.harm.injury_given", lambda *_: reviewed)
    (decided,) = scenarios(goods)
    assert decided.risk == "medium"
    assert "by the matrix the risk is medium (probability of harm 3e-6)" in because(level_of(facts(worst=decided)), "en")


def test_without_a_rate_or_a_table_row_there_is_no_matrix_result() -> None:
    for goods in (Goods("HS", "8516", (("fire", 3),), None), Goods("HS", "8516", (("security", 3),), 100)):
        (found,) = scenarios(goods)
        assert found.matrix_risk is None
        assert found.p_harm is None
    assert scenarios(Goods("HS", "8516", (("unknown", 3), ("*", 2)), 100)) == ()


def test_the_gravest_of_several_scenarios_counts() -> None:
    found = scenarios(Goods("HS", "8516", (("energy_efficiency", 9), ("electric_shock", 2), ("burns", 4)), 200))
    assert [s.hazard_category for s in found] == ["electric_shock", "burns", "energy_efficiency"]
    assert level_of(facts(worst=found[0])).risk_level == "serious"


def test_the_longest_prefix_of_the_table_counts() -> None:
    assert injury_given("choking", "HS", "9503") is not None
    assert injury_given("choking", "HS", "8516") is None
    assert injury_given("cuts", "CPSC", "anything") is not None


def test_every_colour_reason_is_complete_in_both_languages() -> None:
    for kind, lang in itertools.product(("matrix", "acute", "chronic", "hygiene", "formal", "quarantine"), ("en", "zh_CN")):
        told = because(
            Level(Colour.BLUE, "low", "weak", "", facts(worst=scenario("low", 1, hazard_class=kind, vulnerable="infants"))), lang
        )
        assert "hazard class" not in told
        assert "users" not in told


TOYS = SeriesKey("product_origin", "import", "HS", "9503", "VN", "*")


def test_reason_of_a_failure_rate() -> None:
    told = ReasonFacts("failed", TOYS, 4, 9, 2.5, 120, (("VN", 9),), (("choking", 6),))
    english, chinese = reason(told, "en"), reason(told, "zh_CN")
    assert english.startswith("Last 4 weeks: 120 lots of ")
    assert "(9503) from Viet Nam inspected, 9 failed (7.5%), usually about 2.1%." in english
    assert "检验120批，不合格9批（7.5%），往常约2.1%。" in chinese
    assert "越南" in chinese


def test_reason_of_a_failure_rate_whose_lots_were_corrected_away_breaks_no_night() -> None:
    for lots in (None, 0):
        told = ReasonFacts("failed", TOYS, 4, 9, 2.5, lots, (), ())
        assert "9 lots of" in reason(told, "en") and "不合格9批" in reason(told, "zh_CN")


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


def test_a_substance_is_called_by_its_chinese_name_where_the_reviewed_list_has_one() -> None:
    key = SeriesKey("product_substance", "import", "RASFF", "nuts_seeds", "*", "mycotoxins", "aflatoxins")
    told = ReasonFacts("foreign_alerts", key, 1, 21, 0.4, None, (), ())
    assert "黄曲霉毒素（" in reason(told, "zh_CN") and "aflatoxins (" in reason(told, "en")
    unlisted = replace(told, key=replace(key, substance="something new"))
    assert "something new（" in reason(unlisted, "zh_CN")
