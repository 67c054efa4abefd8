"""WTO notifications: one document circulated under the TBT or SPS Agreement, from ePing's spreadsheet of all of them or from its API.

A document goes by its symbol (the bulk spreadsheet carries no other number), a joint one by all of its symbols.
"""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source
from riskwarn.sources._shared import names

COLUMNS = (
    Column("symbols", names("document symbol | documentSymbol | symbol | notification symbol | 通报号 | 文件编号"), is_required=True),
    Column("eping_id", names("id | notification id | ePing id")),
    Column("area", names("domain | 协定 | 领域")),
    Column("member_name", names("notifying member | notifyingMember | member | 通报成员")),
    Column("member_code", names("notifying member code | notifyingMemberCode")),
    Column("notification_type", names("notificationType | notification type | type of notification | document type | 通报类型")),
    Column("title", names("titlePlain | notification title | 标题"), is_required=True),
    Column("description", names("descriptionPlain | description of content | content | 内容概述")),
    Column("products", names("products covered | productsFreeText | productsFreeTextPlain | product covered | 覆盖产品")),
    Column("hs_codes", names("HS code(s) | hsCodes | hs codes | HS编码")),
    Column("ics_codes", names("ICS code(s) | icsCodes | ics codes | ICS分类号")),
    Column("objectives", names("objective(s) | objective | 目的")),
    Column("keywords", names("keyword(s) | 关键词")),
    Column("distributed_on", names("distribution date | distributionDate | date of distribution | 散发日期 | 通报日期"), is_required=True),
    Column(
        "comment_deadline",
        names("final date for comments | commentDeadlineDate | comment deadline | final date of comments | 评议截止日期"),
    ),
    Column("adoption", names("proposed date of adoption | proposedAdoptionDate | date of adoption | 拟批准日期")),
    Column(
        "entry_into_force",
        names("proposed date of entry into force | proposedEntryIntoForceDate | date of entry into force | 拟生效日期"),
    ),
    Column("document_url", names("notified document | notifiedDocumentLink | notified document link | full text")),
    Column("url", names("link to notification | linkToNotification | link to notification(EN) | link | 链接")),
    Column("open_for_comments", names("isOpenForComments | is open for comments"), role=Role.IGNORED),
)

SOURCE = Source(
    name="wto_notifications",
    key=("notification_id",),
    layouts=(
        Layout("eping", "wto_notifications", COLUMNS),
        Layout("eping_api", "wto_notifications", COLUMNS, json_path="items"),
    ),
    cadence_days=7,
    stale_after_days=21,
    name_en="WTO notifications",
    name_zh="WTO通报",
    is_optional=True,
)
