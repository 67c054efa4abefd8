"""Inspection findings: one row is one test item of an inspected lot; a lot may fail several items."""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source
from riskwarn.sources._shared import INSPECTION_ID, PERSONAL, RECEIVED, names

COLUMNS = (
    INSPECTION_ID,
    Column("item_no", names("item number | finding no | test no | 项目序号 | 项目编号 | 检测项目序号 | 序号"), is_required=True),
    Column(
        "item",
        names("test item | parameter | analyte | non-conforming item | 不合格项目 | 检测项目 | 检验项目 | 项目名称 | 不合格项"),
        is_required=True,
    ),
    Column("measured_value", names("measured | value | test value | 检测值 | 实测值 | 检测结果 | 检出值 | 结果值")),
    Column("limit_value", names("limit | maximum | permitted value | 限量 | 限值 | 标准值 | 限量值 | 标准限值 | 技术要求")),
    Column("unit", names("units | 单位 | 计量单位")),
    Column("standard", names("standard violated | standard no | 标准 | 标准号 | 标准编号 | 判定依据 | 检测依据 | 违反标准")),
    Column("clause", names("clause violated | section | 条款 | 标准条款 | 违反条款")),
    Column("hazard", names("hazard type | risk factor | danger | 危害 | 危害类别 | 危害因素 | 危害类型 | 风险因子")),
    Column("laboratory", names("lab | testing laboratory | 实验室 | 检测机构 | 检测实验室 | 检测单位")),
    Column(
        "resulted_on",
        names("result date | date of result | tested on | 结果日期 | 检测日期 | 检测完成日期 | 出证日期 | 报告日期"),
        is_required=True,
    ),
    Column("received_on", RECEIVED),
    Column("analyst", names("analyst name | tested by | 检测人 | 检测人员 | 检验员 | 审核人"), role=Role.PERSONAL),
    *PERSONAL,
    Column("remarks", names("remark | note | notes | 备注"), role=Role.IGNORED),
)

SOURCE = Source(
    name="inspection_findings",
    key=("inspection_id", "item_no"),
    layouts=(Layout("inspection_findings", "inspection_findings", COLUMNS),),
    cadence_days=1,
    stale_after_days=7,
    name_en="Inspection findings",
    name_zh="检验项目结果",
)
