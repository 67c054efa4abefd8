"""Enterprise reports: one row is what one enterprise reported once (a defect, a recall, a rejection abroad, a barrier met ...)."""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source
from riskwarn.sources._shared import (
    DEATHS,
    DIRECTION,
    HS,
    IGNORED,
    INJURED,
    NARRATIVE,
    OCCURRED,
    ORIGIN,
    PERSONAL,
    RECEIVED,
    SEVERITY,
    names,
)

COLUMNS = (
    Column("report_id", names("report no | report number | 报告编号 | 报告单号 | 报送编号 | 登记编号 | 编号"), is_required=True),
    Column("report_type", names("type | kind | 报告类型 | 类型 | 报送类型 | 信息类型 | 事件类型"), is_required=True),
    Column("enterprise_code", names("uscc | enterprise uscc | company code | 统一社会信用代码 | 企业代码 | 信用代码 | 社会信用代码")),
    Column("enterprise_name", names("enterprise | company | 企业名称 | 企业 | 报告企业 | 报送企业 | 单位名称")),
    Column("direction", DIRECTION),
    Column("hs_code", HS),
    Column("product_name", names("product | goods | 产品名称 | 商品名称 | 产品 | 商品 | 品名"), is_required=True, role=Role.NARRATIVE),
    Column("origin_country", ORIGIN),
    Column(
        "market_country",
        names("market | importing country | destination | 市场 | 销往国家 | 出口国家(地区) | 目的国 | 目的国(地区) | 输往国家(地区)"),
    ),
    Column("unit_count", names("units | units affected | number of units | 涉及数量 | 数量 | 涉及件数 | 产品数量")),
    Column("hazard", names("hazard type | danger | defect | 危害 | 危害类别 | 危害类型 | 缺陷 | 缺陷描述 | 问题"), role=Role.NARRATIVE),
    SEVERITY,
    INJURED,
    DEATHS,
    Column("wto_symbol", names("wto notification | notification symbol | WTO通报号 | WTO通报 | 通报号 | 通报编号 | WTO文号")),
    Column("loss_cny", names("loss | direct loss | 损失 | 损失金额 | 损失(元) | 直接损失(元) | 直接损失")),
    Column("compliance_cost_cny", names("compliance cost | 合规成本 | 合规成本(元) | 新增成本 | 应对成本(元)")),
    NARRATIVE,
    OCCURRED,
    Column(
        "received_on",
        (*RECEIVED, *names("received | reported on | report date | 报告日期 | 报送日期 | 上报日期 | 受理日期")),
        is_required=True,
    ),
    Column("reporter", names("reporter name | reported by | 报告人 | 法定代表人"), role=Role.PERSONAL),
    *PERSONAL,
    *IGNORED,
)

SOURCE = Source(
    name="enterprise_reports",
    key=("report_id",),
    layouts=(Layout("enterprise_reports", "enterprise_reports", COLUMNS),),
    cadence_days=7,
    stale_after_days=30,
    name_en="Enterprise reports",
    name_zh="企业报告",
)
