"""Exporter profiles: what one enterprise in China sells where, in codes and in words; by it foreign measures find whom they concern."""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Source
from riskwarn.sources._shared import IGNORED, PERSONAL, RECEIVED, names

COLUMNS = (
    Column(
        "enterprise_code",
        names("uscc | enterprise uscc | company code | 统一社会信用代码 | 企业代码 | 信用代码 | 社会信用代码"),
        is_required=True,
    ),
    Column("enterprise_name", names("enterprise | company | 企业名称 | 企业 | 单位名称")),
    Column("hs_codes", names("HS | HS codes | hs code | 商品编号 | 商品编码 | HS编码 | 税号 | 出口商品编码"), is_required=True),
    Column(
        "markets",
        names("market | export markets | importing countries | 市场 | 出口市场 | 目标市场 | 出口国家(地区) | 输往国家(地区)"),
        is_required=True,
    ),
    Column("product_words", names("products | product names | keywords | 产品 | 产品名称 | 商品名称 | 产品关键词 | 关键词")),
    Column("received_on", RECEIVED),
    *PERSONAL,
    *IGNORED,
)

SOURCE = Source(
    name="exporter_profiles",
    key=("enterprise_code",),
    layouts=(Layout("exporter_profiles", "exporter_profiles", COLUMNS),),
    cadence_days=366,
    stale_after_days=800,
    name_en="Exporter profiles",
    name_zh="出口企业档案",
    is_optional=True,
)
