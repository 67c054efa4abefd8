"""Columns and headings that several sources share, so that the same thing goes by the same headings everywhere."""

from __future__ import annotations

from riskwarn.sources import Column, Role


def names(text: str) -> tuple[str, ...]:
    """Headings written as one text, ``"inspection no | 查验单号"``."""
    return tuple(part.strip() for part in text.split("|"))


INSPECTION_ID = Column(
    "inspection_id",
    names("inspection no | inspection number | lot id | 查验单号 | 查验编号 | 检验编号 | 检验单号 | 检验流水号 | 检验检疫编号 | 报检号"),
    is_required=True,
)
DIRECTION = names("import export | flow | 进出口 | 进出口标志 | 进出口类型 | 进出境方向 | 贸易方向")
HS = names("HS | HS code | hs10 | hs13 | commodity code | tariff code | 商品编号 | 商品编码 | HS编码 | 税号 | 税则号列")
ORIGIN = names("origin | country of origin | 原产国(地区) | 原产国 | 原产地 | 原产国别 | 产地")
RECEIVED = names("date received | recorded on | 接收日期 | 登记日期 | 录入日期 | 数据日期")
UNIT = names("unit | uom | 单位 | 计量单位 | 数量单位 | 成交单位 | 申报单位 | 第一法定单位")
SEVERITY = Column("injury_severity", names("severity | injury level | 伤害程度 | 伤害等级 | 受伤程度 | 严重程度"))
INJURED = Column("injured_count", names("injured | number injured | injuries | 受伤人数 | 伤害人数 | 伤者人数"))
DEATHS = Column("death_count", names("deaths | number of deaths | fatalities | 死亡人数"))
OCCURRED = Column(
    "occurred_on", names("date of event | incident date | occurrence date | 发生日期 | 事发日期 | 事件日期 | 发生时间 | 事发时间")
)
NARRATIVE = Column(
    "narrative",
    names("text | description | details | content | complaint text | 内容 | 描述 | 情况说明 | 事件描述 | 详细内容 | 详细情况")
    + names("投诉内容 | 诉求内容 | 举报内容 | 报告内容 | 投诉描述 | 问题描述"),
    role=Role.NARRATIVE,
)

# Dropped before anything else sees them. A name alone ("姓名") is personal in every source; legal persons go by headings of their own.
PERSONAL = (
    Column(
        "contact",
        names("contact person | contact name | name | full name | 姓名 | 联系人 | 联系人姓名 | 经办人 | 经办人员 | 负责人 | 填报人"),
        role=Role.PERSONAL,
    ),
    Column(
        "phone",
        names("telephone | mobile | tel | phone number | mobile phone | contact phone | contact number | 电话 | 手机 | 手机号 | 手机号码")
        + names("电话号码 | 联系电话 | 联系方式 | 来电号码 | 固定电话"),
        role=Role.PERSONAL,
    ),
    Column(
        "id_number",
        names("id card | id no | identity number | identity card | 身份证 | 身份证号 | 身份证号码 | 证件号 | 证件号码 | 证件类型"),
        role=Role.PERSONAL,
    ),
    Column(
        "bank_card", names("bank account | card number | 银行卡 | 银行卡号 | 银行账号 | 银行账户 | 收款账号 | 开户行"), role=Role.PERSONAL
    ),
    Column(
        "address",
        names("contact address | home address | delivery address | 地址 | 住址 | 联系地址 | 通讯地址 | 家庭住址 | 收货地址 | 详细地址"),
        role=Role.PERSONAL,
    ),
    Column("email", names("e-mail | mail | contact email | e-mail address | 邮箱 | 电子邮箱 | 电子邮件 | 邮箱地址"), role=Role.PERSONAL),
    Column("messenger", names("wechat | wechat id | qq | 微信 | 微信号 | QQ号 | QQ号码"), role=Role.PERSONAL),
    Column("sex", names("gender | 性别"), role=Role.PERSONAL),
)

IGNORED = (
    Column("serial", names("no. | 序号 | 行号"), role=Role.IGNORED),
    Column("remarks", names("remark | note | notes | 备注"), role=Role.IGNORED),
)
