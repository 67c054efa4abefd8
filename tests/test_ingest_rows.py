"""Typing of rows: what people and programs write becomes canonical values; what is impossible is set aside, what is odd is flagged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from ingest_files import TODAY, Drop, Row, as_csv, complaint, inspection

from riskwarn.settings import Settings


def taken(settings: Settings, source: str, *rows: Row) -> list[dict[str, Any]]:
    drop = Drop(settings, source)
    return drop.rows(drop.take_one("a.csv", as_csv(rows)))


DATES = {
    "2026-11-02": "2026-11-02",
    "2026/11/2": "2026-11-02",
    "2026.11.02": "2026-11-02",
    "2026年11月2日": "2026-11-02",
    "２０２６年１１月２日": "2026-11-02",
    "20261102": "2026-11-02",
    "46328": "2026-11-02",
    "46328.75": "2026-11-02",
    "2026-11-02 23:59:59": "2026-11-02",
    "2026-11-01T18:30:00Z": "2026-11-02",
    "2026/11/2 8:05": "2026-11-02",
    " 2026-11-02\u3000": "2026-11-02",
}


def test_dates(settings: Settings) -> None:
    rows = taken(settings, "port_inspections", *(inspection(n, sampled_on=text) for n, text in enumerate(DATES)))
    assert {text: row["sampled_on"] and row["sampled_on"].isoformat() for text, row in zip(DATES, rows, strict=True)} == DATES
    assert all(row["reasons"] == [] for row in rows)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "21/11/2026", "昨天", "0026-11-02", "infinity", "99999", "2150-01-01"])
def test_a_date_that_is_none_sets_the_row_aside(settings: Settings, text: str) -> None:
    (row,) = taken(settings, "port_inspections", inspection(sampled_on=text))
    assert row["sampled_on"] is None
    assert row["reasons"] == [f"date_unreadable: sampled_on={text}"]
    assert text in row["row_json"]


@pytest.mark.parametrize("heading", ["sampled on (dd/mm/yyyy)", "取样日期（日/月/年）", "取样日期(日月年)"])
def test_day_first_where_the_heading_says_so(settings: Settings, heading: str) -> None:
    changed = {name: value for name, value in inspection().items() if name != "sampled_on"}
    (row,) = taken(settings, "port_inspections", {**changed, heading: "02/11/2026"})
    assert row["sampled_on"] == date(2026, 11, 2)


def test_a_date_after_the_delivery_sets_the_row_aside(settings: Settings) -> None:
    late = (TODAY + timedelta(days=1)).isoformat()
    rows = taken(
        settings,
        "port_inspections",
        inspection(1, sampled_on=TODAY.isoformat()),
        inspection(2, sampled_on=late),
        inspection(3, resulted_on=late),
        inspection(4, received_on=late),
    )
    assert [row["reasons"] for row in rows] == [
        [],
        [f"date_after_delivery: sampled_on={late}"],
        [f"date_after_delivery: resulted_on={late}"],
        [f"date_after_delivery: received_on={late}"],
    ]


HS = {
    "0901210000": "0901210000",
    "901210000": "0901210000",
    "0901.21.00.00": "0901210000",
    "0901 2100 00": "0901210000",
    "901210000.0": "0901210000",
    "０９０１２１００００": "0901210000",
    "0901210000101": "0901210000",
    "901210000101": "0901210000",
    "09012100": "09012100",
    "9012100": "09012100",
    "090121": "090121",
    "90121": "090121",
    "0901": "0901",
    "901": "0901",
    "9805.00": "980500",
}


def test_hs(settings: Settings) -> None:
    rows = taken(settings, "port_inspections", *(inspection(n, hs_code=text) for n, text in enumerate(HS)))
    assert {text: row["hs_code"] for text, row in zip(HS, rows, strict=True)} == HS
    assert [row["ciq3"] for row in rows if len(HS) and row["inspection_id"] in ("CIQ000006", "CIQ000007")] == ["101", "101"]
    assert all(row["reasons"] == [] for row in rows)


@pytest.mark.parametrize("text", ["7701000000", "0001210000", "9901210000", "咖啡", "09012100001", "123456789012345"])
def test_an_hs_that_cannot_be_sets_the_row_aside(settings: Settings, text: str) -> None:
    (row,) = taken(settings, "port_inspections", inspection(hs_code=text))
    assert row["reasons"] == [f"hs_impossible: hs_code={text}"]


def test_answers_in_both_languages(settings: Settings) -> None:
    rows = taken(
        settings,
        "port_inspections",
        inspection(
            1, direction="进口", result="合格", selection="随机布控", inspection_place="口岸", inspection_basis="法检", trade_mode="110"
        ),
        inspection(2, direction="E", result="不合格", selection="人工布控", inspection_place="目的地检查", inspection_basis="第三方采信"),
        inspection(3, direction="IMPORT", result="Non-conforming", selection="复查", inspection_basis="抽查检验", trade_mode="保税电商"),
        inspection(4, result="待检", selection=None, trade_mode="1210"),
    )
    names = ("direction", "result", "selection", "inspection_place", "inspection_basis", "trade_mode")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("import", "pass", "random", "port", "statutory", "0110"),
        ("export", "fail", "targeted", "destination", "third_party", None),
        ("import", "fail", "follow_up", None, "spot_check", "1210"),
        ("import", "pending", "unknown", None, None, "1210"),
    ]
    assert all(row["reasons"] == [] and row["flags"] == [] for row in rows)


def test_needed_answers_and_keys(settings: Settings) -> None:
    rows = taken(
        settings,
        "port_inspections",
        inspection(1, result="大概"),
        inspection(2, result=" "),
        inspection(3, direction="-"),
        inspection(4, inspection_id="　"),
        inspection(5, sampled_on=None),
        inspection(6, quantity="-3"),
        inspection(7, value_amount="-0.5"),
    )
    assert sorted(reason for row in rows for reason in row["reasons"]) == [
        "date_missing: sampled_on",
        "key_missing: inspection_id",
        "missing: direction",
        "missing: result",
        "negative: quantity=-3.0",
        "negative: value_amount=-0.5",
        "not_recognised: result=大概",
    ]


def test_what_is_odd_is_flagged_and_kept(settings: Settings) -> None:
    rows = taken(
        settings,
        "port_inspections",
        inspection(1, origin_country=None, hs_code=None),
        inspection(2, origin_country="火星", hs_code="09"),
        inspection(3, origin_country="不详", selection="抓阄", quantity="若干", produced_on="见包装", declaration_no="123"),
        inspection(4, enterprise_code="91350100M000100Y43", declaration_no="220020261000000001"),
        inspection(5, enterprise_code="91350100M000100Y44"),
        inspection(6, enterprise_code="2200961234"),
        inspection(7, overseas_manufacturer="Finca Vista", enterprise_code=None),
    )
    assert all(row["reasons"] == [] for row in rows)
    assert [sorted(row["flags"]) for row in rows] == [
        ["hs_missing", "origin_missing"],
        ["hs_chapter_only", "origin_unrecognised"],
        ["declaration_no_odd", "origin_missing", "produced_on_unreadable", "quantity_unreadable", "selection_unrecognised"],
        [],
        ["uscc_check_failed"],
        [],
        [],
    ]
    assert [(row["origin_country"], row["hs_code"]) for row in rows[:3]] == [
        ("unknown", None),
        ("unknown", None),
        ("unknown", "0901210000"),
    ]


def test_territories_and_namibia(settings: Settings) -> None:
    spellings = ["NA", "Namibia", "纳米比亚", "中国香港", "HKG", "110", "中国澳门", "台澎金马关税区", "Germany (DE)", "usa", "　美国 "]
    rows = taken(settings, "port_inspections", *(inspection(n, origin_country=text) for n, text in enumerate(spellings)))
    assert [row["origin_country"] for row in rows] == ["NA", "NA", "NA", "HK", "HK", "HK", "MO", "TW", "DE", "US", "US"]


def test_numbers(settings: Settings) -> None:
    texts = ["1,200.50", "￥1200.5", "１２００．５", "1200.5元", "1.2e3", "1.234,56", "1,20"]
    rows = taken(settings, "port_inspections", *(inspection(n, value_amount=text) for n, text in enumerate(texts)))
    assert [row["value_amount"] for row in rows] == [1200.5, 1200.5, 1200.5, 1200.5, 1200.0, None, None]
    assert [row["flags"] for row in rows[-2:]] == [["value_unreadable"]] * 2


def test_injuries_of_unknown_severity_count_as_two(settings: Settings) -> None:
    rows = taken(
        settings,
        "consumer_complaints",
        complaint(1, injured_count="2", injury_severity=None),
        complaint(2, injured_count="1人", injury_severity="不详"),
        complaint(3, injured_count="多人"),
        complaint(4, injury_severity="轻微"),
        complaint(5, injury_severity="无"),
        complaint(6, death_count="1", injury_severity="2"),
        complaint(7),
    )
    assert all(row["reasons"] == [] for row in rows)
    assert [(row["injury_severity"], row["injury_severity_assumed"]) for row in rows] == [
        (None, 2), (None, 2), (None, 2), (1, 1), (0, 0), (2, 4), (None, None)
    ]  # fmt: skip
    assert ["severity_unknown" in row["flags"] for row in rows] == [True, True, False, False, False, False, False]
    assert "injured_count_unreadable" in rows[2]["flags"]


def test_complaints_without_origin_hs_or_severity_are_kept(settings: Settings) -> None:
    (row,) = taken(settings, "consumer_complaints", complaint(origin_country=None, hs_code="", product_name=None))
    assert row["reasons"] == [] and {"hs_missing", "origin_missing", "product_missing"} <= set(row["flags"])
    assert (row["origin_country"], row["hs_code"], row["event_on"]) == ("unknown", None, date(2026, 11, 3))


def test_complaint_dates_and_counts(settings: Settings) -> None:
    rows = taken(
        settings,
        "consumer_complaints",
        complaint(1, occurred_on="2026-10-30", kind="举报", is_origin_inferred="是"),
        complaint(2, injured_count="-1"),
        complaint(3, occurred_on="2027-01-01"),
        complaint(4, received_on=""),
        complaint(5, occurred_on="上个月底", injured_count="1"),
    )
    assert (rows[0]["event_on"], rows[0]["kind"], rows[0]["is_origin_inferred"]) == (date(2026, 10, 30), "report", True)
    assert [row["reasons"] for row in rows[1:]] == [
        ["negative: injured_count=-1"],
        ["date_after_delivery: occurred_on=2027-01-01"],
        ["date_missing: received_on"],
        [],
    ]
    kept = rows[4]  # somebody was hurt: the day it was received stands for the day nobody can read
    assert (kept["event_on"], kept["occurred_on"], kept["injured_count"]) == (date(2026, 11, 3), None, 1)
    assert "occurred_on_unreadable" in kept["flags"]


def test_hazards_are_read_from_what_people_write(settings: Settings) -> None:
    (row,) = taken(settings, "consumer_complaints", complaint(issue="漏电", narrative="水壶漏电，把手烫人"))
    assert row["hazard_category"] != "unknown"


def test_declared_lots(settings: Settings) -> None:
    week = {"商品编号": "901210000", "原产国(地区)": "越南", "关区": "2200", "周": "2026-11-04", "批次": "1,200", "进出口": "进口"}
    rows = taken(settings, "declared_lots", week, {**week, "批次": "-1"}, {**week, "批次": "很多"}, {**week, "商品编号": ""})
    assert (rows[0]["hs_code"], rows[0]["week"], rows[0]["lots"], rows[0]["received_on"]) == (
        "0901210000", date(2026, 11, 2), 1200, date(2026, 11, 8)
    )  # fmt: skip
    assert rows[0]["flags"] == ["week_not_a_monday"]
    assert [row["reasons"] for row in rows[1:]] == [["negative: lots=-1"], ["not_recognised: lots=很多"], ["key_missing: hs_code"]]


def test_findings_of_one_lot(settings: Settings) -> None:
    base = {"查验单号": "CIQ1", "不合格项目": "铅", "结果日期": "2026-11-05", "危害": "重金属"}
    rows = taken(settings, "inspection_findings", *({**base, "项目序号": str(n)} for n in (1, 2, 3)), {**base, "项目序号": ""})
    assert [(row["inspection_id"], row["item_no"]) for row in rows[:3]] == [("CIQ1", "1"), ("CIQ1", "2"), ("CIQ1", "3")]
    assert rows[0]["hazard_category"] == "heavy_metals"
    assert rows[3]["reasons"] == ["key_missing: item_no"]


def test_enterprise_reports(settings: Settings) -> None:
    base = {"报告编号": "R1", "报告类型": "召回", "产品名称": "玩具", "报告日期": "2026-11-05"}
    rows = taken(
        settings,
        "enterprise_reports",
        {**base, "销往国家": "美国", "涉及数量": "3,000件", "损失(元)": "12,000.5", "缺陷": "电池起火", "死亡人数": "1"},
        {**base, "报告编号": "R2", "报告类型": "闲聊"},
    )
    names = ("report_type", "market_country", "unit_count", "loss_cny")
    assert tuple(rows[0][name] for name in names) == ("recall", "US", 3000, 12000.5)
    assert rows[0]["injury_severity"] == 4 and rows[0]["hazard_category"] != "unknown"
    assert rows[1]["reasons"] == ["not_recognised: report_type=闲聊"]
