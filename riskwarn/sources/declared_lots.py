"""Declared lots: one row is what was declared of one product x origin x customs district in one week; the true denominator."""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Source
from riskwarn.sources._shared import DIRECTION, HS, IGNORED, ORIGIN, RECEIVED, UNIT, names

COLUMNS = (
    Column("direction", DIRECTION),
    Column("hs_code", HS, is_required=True),
    Column("origin_country", ORIGIN, is_required=True),
    Column(
        "customs_district",
        names("customs | customs office | customs code | 关区 | 关别 | 关区代码 | 海关 | 申报地海关 | 进出境关别"),
        is_required=True,
    ),
    Column("week", names("week start | week beginning | monday | 周 | 周一日期 | 统计周 | 周起始日期 | 统计周起始日"), is_required=True),
    Column(
        "lots",
        names("lot count | declared lots | number of lots | 批次 | 批数 | 批次数 | 申报批次 | 申报批数 | 报关批次"),
        is_required=True,
    ),
    Column("quantity", names("qty | 数量 | 申报数量 | 第一法定数量")),
    Column("quantity_unit", UNIT),
    Column("value_amount", names("value | amount | 货值 | 金额 | 总值 | 申报货值")),
    Column("currency", names("ccy | 币制 | 币种")),
    Column("received_on", RECEIVED),
    *IGNORED,
)

SOURCE = Source(
    name="declared_lots",
    key=("direction", "hs_code", "origin_country", "customs_district", "week"),
    layouts=(Layout("declared_lots", "declared_lots", COLUMNS),),
    cadence_days=7,
    stale_after_days=21,
    name_en="Declared lots",
    name_zh="申报批次",
    is_optional=True,
)
