"""The indicator documents, and that a wrong one is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskwarn.indicators import IndicatorError, load_indicators, read_indicator
from riskwarn.places import INDICATORS


def test_the_shipped_documents() -> None:
    found = {one.id: one for one in load_indicators()}
    assert set(found) == {
        "failure_rate", "complaints", "injuries", "enterprise_reports", "foreign_alerts",
        "grave_event_complaint", "grave_event_report", "grave_event_alert", "combined",
    }  # fmt: skip
    assert all((one.kind == "rule") == one.id.startswith("grave_event") for one in found.values())
    assert [one.id for one in found.values() if one.kind == "combined"] == ["combined"]
    assert found["combined"].combining.joins == ("failure_rate", "complaints", "enterprise_reports", "foreign_alerts")
    assert found["failure_rate"].denominator == "inspected"
    assert found["failure_rate"].counting.q == 0.1
    assert {one.rule_source for one in found.values()} == {"", "consumer_complaints", "enterprise_reports", "foreign_alerts"}
    with pytest.raises(IndicatorError, match="no detector"):
        found["grave_event_alert"].counting.q  # noqa: B018


def edited(tmp_path: Path, old: str, new: str, name: str = "complaints") -> Path:
    text = (INDICATORS / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{name}.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('noun = "complaints"\n', "", "missing field noun"),
        ("sustain_p =", "sustian_p =", "unknown field sustian_p; missing field sustain_p"),
        ("q = 0.1", "q = 2.0", "detector.q must lie"),
        ("q = 0.1", 'q = "much"', "detector.q must be float"),
        ("q = 0.1\n", "", "missing field detector.q"),
        ("windows = [1, 2, 4, 8]", "windows = [1, 4, 2, 8]", "must increase"),
        ("windows = [1, 2, 4, 8]", "windows = [1, 2]", "one weight a window"),
        ("windows = [1, 2, 4, 8]", "windows = []", "detector.windows must be"),
        ('kind = "count"', 'kind = "rule"', "a rule must not have one"),
        ('kind = "count"', 'kind = "guess"', "kind must be"),
        ('numerator = "complaints"', 'numerator = "rumours"', "numerator must be one of"),
        ('denominator = "declared_lots"', 'denominator = "people"', "denominator must be"),
        ('"product_origin"', '"world"', "scopes must be among"),
        (
            'checker = "none yet: a second person of the authority that uses it signs here"',
            'checker = "riskwarn detection team"',
            "someone other",
        ),
        ("next_review = 2027-06-30", 'next_review = "soon"', "next_review must be date"),
        ("min_observed = 3", "min_observed = true", "min_observed must be int"),
        ("lookback_weeks = 208", "lookback_weeks = 0", "weeks must be at least 1"),
        ('name_zh = "消费者投诉举报"', 'name_zh = " "', "name_zh is empty"),
        ('id = "complaints"', 'id = "gripes"', "named by its id"),
        ('id = "complaints"', "id = complaints", "Invalid value"),
    ],
)
def test_a_wrong_document_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(IndicatorError, match=message) as caught:
        read_indicator(path)
    assert "complaints.toml" in str(caught.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndicatorError, match="no indicator documents"):
        load_indicators(tmp_path)
