"""Consumer complaints and reports of violations: one row is one work order of one channel (12315, 12345, 12360, a platform ...).

Everything that people type freely is a narrative: a phone number stands in the product field as readily as in the text.
"""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source
from riskwarn.sources._shared import DEATHS, HS, IGNORED, INJURED, NARRATIVE, OCCURRED, ORIGIN, PERSONAL, RECEIVED, SEVERITY, names

COLUMNS = (
    Column(
        "complaint_id",
        names("order number | order no | work order no | complaint no | complaint number | case no | 工单号 | 工单编号 | 投诉编号")
        + names("投诉单号 | 登记编号 | 受理编号 | 举报编号"),
        is_required=True,
    ),
    Column("kind", names("type | complaint type | 类型 | 工单类型 | 诉求类型 | 投诉举报类型 | 业务类型")),
    Column("channel", names("source channel | received via | 渠道 | 来源渠道 | 接收渠道 | 受理渠道 | 接收方式 | 来源")),
    Column("region", names("area | province | 地区 | 所属地区 | 省份 | 城市 | 行政区划"), role=Role.NARRATIVE),
    Column(
        "product_name",
        names("product | goods | item | 商品名称 | 产品名称 | 商品 | 产品 | 投诉商品 | 涉及商品 | 品名"),
        is_required=True,
        role=Role.NARRATIVE,
    ),
    Column("brand", names("trade mark | 品牌 | 商标"), role=Role.NARRATIVE),
    Column("hs_code", HS),
    Column("origin_country", ORIGIN),
    Column("is_origin_inferred", names("origin inferred | origin is inferred | 原产国是否推断 | 原产地是否推断 | 产地是否推断")),
    Column(
        "seller",
        names("merchant | shop | respondent | 被投诉人 | 被投诉方 | 销售者 | 经营者 | 商家 | 商家名称 | 店铺 | 店铺名称"),
        role=Role.NARRATIVE,
    ),
    Column("platform", names("e-commerce platform | 平台 | 电商平台 | 网购平台 | 平台名称 | 交易平台"), role=Role.NARRATIVE),
    Column(
        "issue",
        names("problem | subject | complaint reason | 问题 | 投诉问题 | 问题类别 | 诉求 | 投诉事由 | 问题类型"),
        role=Role.NARRATIVE,
    ),
    SEVERITY,
    INJURED,
    DEATHS,
    Column("age_group", names("age | age band | 年龄段 | 年龄组 | 年龄 | 伤者年龄")),
    NARRATIVE,
    OCCURRED,
    Column(
        "received_on",
        (
            *RECEIVED,
            *names("received | registered on | registration date | 登记时间 | 受理日期 | 受理时间 | 接收时间 | 投诉日期 | 投诉时间"),
        ),
        is_required=True,
    ),
    Column(
        "complainant",
        names("complainant name | complainant phone | complainant id | complainant address | complainant email | consumer name")
        + names(
            "投诉人 | 投诉人姓名 | 投诉人电话 | 投诉人身份证号 | 投诉人地址 | 消费者 | 消费者姓名 | 举报人 | 举报人姓名 | 提供方 | 诉求人"
        ),
        role=Role.PERSONAL,
    ),
    *PERSONAL,
    *IGNORED,
)

SOURCE = Source(
    name="consumer_complaints",
    key=("complaint_id",),
    layouts=(Layout("consumer_complaints", "consumer_complaints", COLUMNS),),
    cadence_days=1,
    stale_after_days=7,
    name_en="Consumer complaints",
    name_zh="消费者投诉举报",
)
