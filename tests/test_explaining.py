"""The explanation record: figures that follow from the evidence, and what remains without the largest contributor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from riskwarn.assess.episodes import Evidence
from riskwarn.explaining import LEFT_OUT, _without, sentence
from riskwarn.text import LANGS, Lang

EVIDENCE = Evidence(
    week=date(2026, 11, 16), window_weeks=4, observed=12.0, expected=3.0, expected_lower=0.5, expected_upper=7.0, ratio=4.0,
    ratio_lower=2.2, ratio_upper=7.1, exposure=120.0, exposure_usual=110.0, completeness=0.8, season_factor=1.0, p_value=4e-4,
    q_value=0.02, pyod_score=None,
    pyod_p_value=None, top_feature="", variance=4.0,
)  # fmt: skip


def behind(dimension: str, **events: int) -> pd.DataFrame:
    rows = sorted(events.items(), key=lambda item: -item[1])
    return pd.DataFrame([{"dimension": dimension, "code": code, "event_count": n} for code, n in rows])


@pytest.mark.parametrize(("most", "stands"), [(1, True), (4, True), (9, False), (12, False)])
def test_a_warning_that_rests_on_one_enterprise_does_not_stand_without_it(most: int, stands: bool) -> None:
    found = _without(EVIDENCE, behind("enterprise_code", A=most, B=1), "enterprise_code", 0.05)
    assert (found.code, found.events, found.stands) == ("A", most, stands)
    assert found.p_value is not None and EVIDENCE.p_value is not None and EVIDENCE.p_value < found.p_value <= 1.0


def test_who_is_not_known_is_not_left_out() -> None:
    found = _without(EVIDENCE, behind("enterprise_code", unknown=12), "enterprise_code", 0.05)
    assert (found.code, found.p_value, found.stands) == ("", None, None)


def test_a_rule_has_no_probability_to_lose() -> None:
    rule = replace(EVIDENCE, p_value=None, q_value=None)
    assert _without(rule, behind("port_code", P1=1), "port_code", 0.05).stands is None
    assert sentence(rule, {}, "en").startswith("About 80%")


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_says_the_figures(lang: Lang) -> None:
    out = {name: _without(EVIDENCE, behind(dimension, A=9, B=3), dimension, 0.05) for name, dimension in LEFT_OUT.items()}
    text = sentence(EVIDENCE, out, lang)
    for figure in ("0.5", "7", "2.2", "7.1", "0.0004", "0.02", "80%", "9"):
        assert figure in text
    sparse = sentence(replace(EVIDENCE, ratio=4000.0), {}, lang)
    assert "4,000" not in sparse and "2.2" in sparse
