"""How each source writes its files: headings, words, date forms, spellings of countries. Several styles, as several offices send."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from riskwarn.demo.country import ORIGINS
from riskwarn.demo.texts import fullwidth

INSPECTION_HEADINGS = {
    "inspection_id": "查验单号", "direction": "进出口", "declaration_no": "报关单号", "declaration_line": "项号",
    "declaration_customs": "申报地海关", "entry_exit_customs": "进出境关别", "port_code": "入境口岸", "selection": "布控方式",
    "hs_code": "商品编号", "ciq3": "检验检疫编码", "product_name": "商品名称", "batch_no": "生产批号", "origin_country": "原产国(地区)",
    "departure_country": "启运国(地区)", "trading_country": "贸易国(地区)", "enterprise_code": "统一社会信用代码",
    "enterprise_name": "境内收发货人", "overseas_manufacturer": "境外生产企业", "overseas_registration_no": "境外生产企业注册号",
    "trade_mode": "监管方式", "quantity": "数量", "value_amount": "货值", "result": "检验结果", "sampled_on": "取样日期",
    "resulted_on": "结果日期", "released_on": "放行日期", "known": "登记日期",
}  # fmt: skip
COMPLAINT_HEADINGS = {
    "complaint_id": "工单号", "kind": "类型", "channel": "接收渠道", "region": "地区", "product_name": "商品名称", "brand": "品牌",
    "hs_code": "商品编号", "origin_country": "原产国(地区)", "is_origin_inferred": "原产国是否推断",
    "seller": "被投诉人", "platform": "电商平台",
    "issue": "投诉问题", "injury_severity": "伤害程度", "injured_count": "受伤人数", "death_count": "死亡人数", "age_group": "年龄段",
    "narrative": "投诉内容", "occurred_on": "发生日期", "received_on": "登记日期", "complainant": "姓名", "phone": "联系电话",
    "id_number": "身份证号", "address": "联系地址", "email": "电子邮箱",
}  # fmt: skip
FINDING_COLUMNS = (
    "inspection_id",
    "item_no",
    "item",
    "measured_value",
    "limit_value",
    "unit",
    "standard",
    "hazard",
    "laboratory",
    "resulted_on",
)
DECLARED_COLUMNS = ("direction", "hs_code", "origin_country", "customs_district", "week", "lots", "quantity")
REPORT_COLUMNS = (
    *("report_id", "report_type", "enterprise_code", "enterprise_name", "direction", "hs_code", "product_name", "origin_country"),
    *("market_country", "unit_count", "hazard", "injury_severity", "injured_count", "death_count", "wto_symbol", "loss_cny"),
    *("compliance_cost_cny", "narrative", "occurred_on", "received_on"),
)
SELECTION_WORDS = {"random": "随机布控", "targeted": "精准布控", "follow_up": "追踪检验"}
RESULT_WORDS = {"pass": "合格", "fail": "不合格", "": "待出结果"}
DIRECTION_WORDS = {"import": "进口", "export": "出口"}


def inspections(records: pd.DataFrame, style: int, is_sheet: bool) -> pd.DataFrame:
    """Chinese headings. Style 0: Chinese country names, 2026-11-21; 1: ISO codes, 2026/11/21; 2: 2026年11月21日.

    Sheets hold serial dates, and trade modes as numbers.
    """
    out = records[list(INSPECTION_HEADINGS)].copy()
    out["direction"] = out["direction"].map(DIRECTION_WORDS)
    out["selection"] = out["selection"].map(SELECTION_WORDS)
    out["result"] = out["result"].map(RESULT_WORDS)
    for column in ("origin_country", "departure_country", "trading_country"):
        out[column] = countries(out[column], 1 if style == 1 else 0)
    for column in ("sampled_on", "resulted_on", "released_on", "known"):
        out[column] = serials(out[column]) if is_sheet else dates(out[column], style)
    out["hs_code"] = odd_codes(out["hs_code"])
    out["quantity"] = numbers(out["quantity"])
    if is_sheet:
        out["trade_mode"] = out["trade_mode"].astype(int)  # a number cell: 0110 becomes 110
    return out.rename(columns=INSPECTION_HEADINGS)


def complaints(records: pd.DataFrame, style: int, is_sheet: bool) -> pd.DataFrame:
    """Chinese headings; full-width digits stand in some texts and counts."""
    out = records[list(COMPLAINT_HEADINGS)].copy()
    out["origin_country"] = countries(out["origin_country"], 0)
    for column in ("occurred_on", "received_on"):
        out[column] = serials(out[column]) if is_sheet else dates(out[column], style)
    rows = np.arange(len(out)) % 50 == 7
    out.loc[rows, "injured_count"] = out.loc[rows, "injured_count"].map(fullwidth)
    return out.rename(columns=COMPLAINT_HEADINGS)


def findings(records: pd.DataFrame, style: int) -> pd.DataFrame:
    out = records[list(FINDING_COLUMNS)].copy()
    out["resulted_on"] = dates(out["resulted_on"], 0)
    return out


def declared(records: pd.DataFrame, style: int) -> pd.DataFrame:
    out = records[list(DECLARED_COLUMNS)].copy()
    out["week"] = dates(out["week"], 0)
    out["quantity"] = out["quantity"].astype("int64")
    return out


def reports(records: pd.DataFrame, style: int) -> pd.DataFrame:
    """English headings and words; countries by alpha-2, alpha-3 or English name."""
    out = records[list(REPORT_COLUMNS)].copy()
    for column in ("origin_country", "market_country"):
        out[column] = countries(out[column], (1, 2, 3)[style])
    for column in ("occurred_on", "received_on"):
        out[column] = dates(out[column], 0)
    return out


def countries(codes: pd.Series, style: int) -> pd.Series:
    """Countries as a delivery spells them: 0 Chinese names, 1 ISO alpha-2, 2 English names, 3 ISO alpha-3; unknown ones as they are."""
    spelled = {code: (o.zh, o.code, o.en, o.alpha3)[style] for code, o in ORIGINS.items()}
    return codes.map({code: spelled.get(code, code) for code in codes.unique()})


def dates(days: pd.Series, style: int) -> pd.Series:
    """Days as text: 0 2026-11-21, 1 2026/11/21, 2 2026年11月21日; "" where there is none."""
    form = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")[style]
    return _written(days, lambda day: day.strftime(form))


def serials(days: pd.Series) -> pd.Series:
    """Days as Excel counts them; "" where there is none."""
    return _written(days, lambda day: (day - pd.Timestamp(1899, 12, 30)).days)


def _written(days: pd.Series, write: Callable[[pd.Timestamp], str | int]) -> pd.Series:
    """Each different day written once (there are a thousand of them in a hundred thousand rows)."""
    which, different = pd.factorize(days)
    written = np.array([*(write(day) for day in different), ""], dtype=object)
    return pd.Series(written[which], index=days.index, dtype=object)


def odd_codes(codes: pd.Series) -> pd.Series:
    """Commodity codes as people send them: some lost their leading zero, some carry dots or full-width digits."""
    out, row = codes.copy(), np.arange(len(codes))
    out[row % 60 == 11] = out[row % 60 == 11].str.lstrip("0")
    out[row % 90 == 23] = out[row % 90 == 23].str.replace(r"^(\d{4})(\d{2})(\d{2})", r"\1.\2.\3.", regex=True)
    out[row % 90 == 47] = out[row % 90 == 47].map(fullwidth)
    return out


def numbers(values: pd.Series) -> pd.Series:
    """Quantities without decimals, some in full-width digits."""
    out = values.astype("int64").astype(str).astype(object)
    row = np.arange(len(out)) % 70 == 3
    out[row] = out[row].map(fullwidth)
    return out
