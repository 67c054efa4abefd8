"""Whom a foreign measure concerns: by market, by digits of the code, by words; broad hits apart, families as one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_files import TODAY, Drop, as_csv
from typer.testing import CliRunner

from riskwarn import pipeline, warehouse
from riskwarn.cli import app
from riskwarn.lake import Lake
from riskwarn.measures import measures_ahead
from riskwarn.settings import Settings
from riskwarn.workdays import is_workday, workdays_before, workdays_between

NIGHT = TODAY + timedelta(days=1)


def document(symbol: str, **changes: str) -> dict[str, str | None]:
    return {
        "Document symbol": symbol, "Notifying Member": "", "Distribution date": "03/11/2026", "Title": "Draft", "Products covered": "",
        "HS code(s)": "9503", "Final date for comments": "02/01/2027", **changes,
    }  # fmt: skip


def profile(code: str, hs: str = "9503002100", markets: str = "德国", words: str = "玩具, building blocks") -> dict[str, str | None]:
    return {"企业代码": code, "企业名称": f"企业{code}", "HS编码": hs, "出口市场": markets, "产品关键词": words}


def matches(settings: Settings, documents: list[dict[str, str | None]], profiles: list[dict[str, str | None]]) -> list[dict[str, Any]]:
    """mart_wto_matches of the next night, by a core that is built from what ingest and checks left."""
    Drop(settings, "wto_notifications").put("eping.csv", as_csv(documents))
    Drop(settings, "exporter_profiles").put("profiles.csv", as_csv(profiles))
    for source in ("wto_notifications", "exporter_profiles"):
        pipeline.take_source(settings, source, NIGHT, today=NIGHT)
    warehouse.publish(settings, Lake(settings.lake), NIGHT)
    with warehouse.open_published(settings) as con:
        found = con.execute("from mart_wto_matches")
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize(
    ("hs_of_document", "hs_of_profile", "level", "is_broad"),
    [
        ("9503002100", "9503002100", 10, False), ("950300", "9503002100", 6, False), ("9503", "9503002100", 4, False),
        ("9503002100", "9503", 4, False), ("95", "9503002100", 2, True), ("9504", "9503002100", None, None),
    ],
)  # fmt: skip
def test_codes_agree_as_far_as_the_shorter_one_goes(
    settings: Settings, hs_of_document: str, hs_of_profile: str, level: int | None, is_broad: bool | None
) -> None:
    found = matches(settings, [document("G/TBT/N/EU/1", **{"HS code(s)": hs_of_document})], [profile("A" * 10, hs_of_profile)])
    assert [(row["match_level"], row["is_broad"]) for row in found] == ([] if level is None else [(level, is_broad)])


def test_market_words_and_days(settings: Settings) -> None:
    documents = [
        document("G/TBT/N/EU/1", Title="Safety of toys: building blocks"),
        document("G/TBT/N/USA/2"),
        document("G/SPS/N/EU/3", **{"HS code(s)": "", "Title": "Wooden 玩具 and building blocks"}),
        document("G/TBT/N/EU/4", **{"HS code(s)": "", "Title": "Building blocks"}),
    ]
    found = matches(settings, documents, [profile("A" * 10), profile("B" * 10, markets="日本")])
    by_symbol = {row["symbol"]: row for row in found}
    assert set(by_symbol) == {"G/TBT/N/EU/1", "G/SPS/N/EU/3", "G/TBT/N/EU/4"}, "sells to Germany, not to the United States"
    first = by_symbol["G/TBT/N/EU/1"]
    assert (first["enterprise_code"], first["market_country"], first["matched_words"]) == ("A" * 10, "EU", ["building blocks"])
    assert first["score"] == pytest.approx(1 - 0.4 * 0.6)
    assert first["days_left"] == (date(2027, 1, 2) - NIGHT).days
    assert (by_symbol["G/SPS/N/EU/3"]["match_level"], by_symbol["G/SPS/N/EU/3"]["is_broad"]) == (0, False)
    assert by_symbol["G/TBT/N/EU/4"]["is_broad"] is True, "one word alone"
    assert found[-1]["symbol"] == "G/TBT/N/EU/4", "broad ones last"


def test_a_family_is_matched_once_by_all_it_says(settings: Settings) -> None:
    draft = document("G/TBT/N/EU/1", Title="Toys")
    addendum = document(
        "G/TBT/N/EU/1/Add.1", **{"Distribution date": "15/11/2026", "HS code(s)": "", "Final date for comments": "", "Title": "Addendum"}
    )
    (row,) = matches(settings, [draft, addendum], [profile("A" * 10)])
    assert (row["symbol"], row["match_level"], row["comment_deadline_on"]) == ("G/TBT/N/EU/1/Add.1", 4, date(2027, 1, 2))


def test_what_an_enterprise_reported_of_a_market_is_a_profile_too(settings: Settings) -> None:
    report = {
        "报告编号": "R1", "报告类型": "遭遇技术性贸易措施", "统一社会信用代码": "C" * 10, "商品编号": "9503002100", "产品名称": "玩具",
        "输往国家(地区)": "法国", "登记日期": "2026-11-10", "原产国(地区)": "中国",
    }  # fmt: skip
    Drop(settings, "enterprise_reports").put("reports.csv", as_csv([report]))
    pipeline.take_source(settings, "enterprise_reports", NIGHT, today=NIGHT)
    found = matches(settings, [document("G/TBT/N/FRA/1"), document("G/TBT/N/EU/2")], [profile("A" * 10, markets="日本")])
    assert {(row["symbol"], row["enterprise_code"], row["origin_of_entry"]) for row in found} == {
        ("G/TBT/N/FRA/1", "C" * 10, "report"), ("G/TBT/N/EU/2", "C" * 10, "report")
    }  # fmt: skip


@given(day=st.dates(date(2024, 1, 1), date(2026, 12, 31)), count=st.integers(0, 40))
def test_an_internal_deadline_leaves_the_working_days_it_promises(day: date, count: int) -> None:
    before = workdays_before(day, count)
    assert count == 0 or is_workday(before)
    assert workdays_between(before - timedelta(days=1), day - timedelta(days=1)) == count


@pytest.mark.parametrize(("lang", "said"), [("zh_CN", "内部截止"), ("en", "Comment to us by")])
def test_advisers_see_what_is_ahead_most_urgent_first(settings: Settings, monkeypatch: pytest.MonkeyPatch, lang: str, said: str) -> None:
    documents = [
        document("G/TBT/N/EU/1", Title="[red]Toys[/red] =cmd()"),
        document("G/TBT/N/EU/2", **{"Final date for comments": "01/12/2026"}),
        document("G/TBT/N/EU/3", **{"Final date for comments": "10/11/2026"}),
        document("G/TBT/N/EU/4", **{"HS code(s)": "95"}),
    ]
    matches(settings, documents, [profile("A" * 10), profile("B" * 10)])
    assert [(r["symbol"], r["enterprise_code"][0]) for r in measures_ahead(settings)] == [
        ("G/TBT/N/EU/2", "A"), ("G/TBT/N/EU/2", "B"), ("G/TBT/N/EU/1", "A"), ("G/TBT/N/EU/1", "B")
    ]  # fmt: skip
    assert len(measures_ahead(settings, enterprise="A" * 10, broad=True)) == 3
    monkeypatch.setenv("RISKWARN_LANG", lang)
    shown = CliRunner().invoke(app, ["measures", "--home", str(settings.home)])
    assert shown.exit_code == 0, shown.output
    assert said in shown.output.replace("\n", " ") and "[red]" in shown.output
