"""Source declarations: what a delivery may carry, and that no heading means two things."""

from __future__ import annotations

import pytest

from riskwarn.ingest.headings import match_headings, match_layout, normalise
from riskwarn.places import WAREHOUSE
from riskwarn.sources import Role, Source, all_sources

DOMESTIC = ("port_inspections", "inspection_findings", "declared_lots", "consumer_complaints", "enterprise_reports")
SOURCES = [pytest.param(source, id=name) for name, source in all_sources().items()]


@pytest.mark.parametrize("source", SOURCES)
def test_no_heading_means_two_columns(source: Source) -> None:
    for layout in source.layouts:
        meant: dict[str, str] = {}
        for column in layout.columns:
            for heading in (column.name, *column.headings):
                assert normalise(heading), f"{heading!r} says nothing"
                assert meant.setdefault(normalise(heading), column.name) == column.name, f"{source.name}: {heading}"


@pytest.mark.parametrize("source", SOURCES)
def test_every_layout_has_its_sql(source: Source) -> None:
    for layout in source.layouts:
        assert (WAREHOUSE / "00_ingest" / f"{layout.sql}.sql").is_file()


@pytest.mark.parametrize("name", DOMESTIC)
def test_required_columns_go_by_english_and_chinese(name: str) -> None:
    for column in all_sources()[name].layouts[0].required:
        assert any(heading.isascii() for heading in column.headings), column.name
        assert any(not heading.isascii() for heading in column.headings), column.name


TRADE_WORDS = (
    "报关单号 项号 商品编号 检验检疫名称(编码) 监管方式 原产国（地区） 启运国(地区) 查验结果 生产批号 境内收发货人 入境口岸 "
    "统一社会信用代码 HS_CODE hs10 Sampled-On INSPECTION_ID 境外生产企业注册"
)


@pytest.mark.parametrize("heading", [*TRADE_WORDS.split(), "Country of Origin", "取 样 日 期", "贸易国 (地区)"])
def test_the_words_of_the_trade_are_known(heading: str) -> None:
    match = match_layout([heading], all_sources()["port_inspections"].layouts[0])
    assert len(match.taken) == 1 and match.unknown == ()


@pytest.mark.parametrize(
    "heading", [*["投诉人", "姓名", "联系电话", "身份证号", "地址", "手机号码", "银行卡号", "邮箱", "Phone", "e-mail"], "ID number"]
)
def test_personal_columns_of_complaints(heading: str) -> None:
    layout = all_sources()["consumer_complaints"].layouts[0]
    match = match_layout(["工单号", heading], layout)
    assert match.personal == (1,) and [taken.column.name for taken in match.taken] == ["complaint_id"]


def test_what_people_type_freely_is_a_narrative() -> None:
    roles = {column.name: column.role for column in all_sources()["consumer_complaints"].layouts[0].columns}
    assert {roles[name] for name in ("narrative", "issue", "product_name", "seller", "brand", "region", "platform")} == {Role.NARRATIVE}


def test_the_nearest_layout_says_what_lacks() -> None:
    source = all_sources()["port_inspections"]
    match = match_headings(["查验单号", "进出口", "商品编号"], source.layouts)
    assert match.missing == ("origin_country", "result", "sampled_on")


def test_two_headings_of_one_column_clash_but_not_of_a_dropped_one() -> None:
    layout = all_sources()["consumer_complaints"].layouts[0]
    assert match_layout(["商品名称", "产品名称"], layout).clashes == ("商品名称 / 产品名称",)
    assert match_layout(["联系电话", "手机", "备注", "note"], layout).clashes == ()
