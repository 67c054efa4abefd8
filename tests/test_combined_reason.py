"""What a combined warning says, and which events it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from riskwarn.assess import episodes as ep
from riskwarn.assess.reasons import ReasonFacts, parts_of, reason
from riskwarn.behind import wanted_keys
from riskwarn.model import SeriesKey

PARTS = "failure_rate 2/0.42; complaints 3/0.91"
KEY = SeriesKey("product_origin", "import", "HS", "9503", "VN", "*", "*")


def episode() -> ep.Episode:
    numbers = dict.fromkeys(("expected_lower", "expected_upper", "ratio", "ratio_lower", "ratio_upper", "exposure", "exposure_usual"), 1.0)
    evidence = ep.Evidence(
        week=date(2026, 11, 16), window_weeks=8, observed=5.0, expected=1.33, completeness=1.0, season_factor=1.0,
        p_value=1e-4, q_value=0.05, pyod_score=0.0, pyod_p_value=1.0, top_feature="", evidence="combination", parts=PARTS, **numbers,
    )  # fmt: skip
    return ep.Episode(
        "E1", "combined", KEY, date(2026, 9, 28), date(2026, 11, 16), date(2026, 11, 22), "open", 0, None, None, "", "", evidence
    )  # fmt: skip


def test_the_reason_names_each_signal_and_its_part() -> None:
    facts = ReasonFacts("combined", KEY, 8, 5.0, 1.33, None, (), (), parts=parts_of(PARTS))
    english, chinese = reason(facts, "en"), reason(facts, "zh_CN")
    for text in (english, chinese):
        assert "{" not in text
        assert all(figure in text for figure in ("2", "0.4", "3", "0.9"))
    assert "2 failed lots" in english and "3 complaints" in english
    assert "不合格2批" in chinese and "投诉举报3件" in chinese


def test_the_evidence_of_a_combined_warning_is_that_of_its_parts() -> None:
    keys = wanted_keys([episode()])
    assert keys["counts"].tolist() == ["failed", "complaints"]
    assert set(keys["warning_id"]) == {"E1"}
    single = replace(episode(), indicator_id="complaints", evidence=replace(episode().evidence, parts=""))
    assert wanted_keys([single])["counts"].tolist() == ["complaints"]


def test_parts_survive_the_lake() -> None:
    table = ep.to_frame([episode()])
    assert ep.from_frame(table) == (episode(),)
    older = table.drop(columns=["parts", "evidence"])
    assert ep.from_frame(pd.DataFrame(older))[0].evidence.evidence == "window"
