"""Port inspections: one row is one inspected lot (a product line of a customs declaration that was inspected)."""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source
from riskwarn.sources._shared import DIRECTION, HS, IGNORED, INSPECTION_ID, ORIGIN, PERSONAL, RECEIVED, UNIT, names

COLUMNS = (
    INSPECTION_ID,
    Column("direction", DIRECTION, is_required=True),
    Column("declaration_no", names("declaration number | customs declaration no | customs declaration | 报关单号 | 报关单编号 | 海关编号")),
    Column("declaration_line", names("declaration line no | line no | item line | 项号 | 商品项号 | 商品序号 | 报关单项号")),
    Column("declaration_customs", names("declaration customs district | 申报地海关 | 申报海关 | 申报关区")),
    Column(
        "entry_exit_customs",
        names("entry customs | exit customs | entry exit customs district | 进出境关别 | 进境关别 | 出境关别 | 进出境关区 | 关区 | 关别"),
    ),
    Column("port_code", names("port | port of entry | 入境口岸 | 离境口岸 | 出境口岸 | 进出境口岸 | 口岸代码 | 口岸")),
    Column("inspection_place", names("place | place of inspection | 检验地点 | 查验地点 | 检验地类型 | 查验场所")),
    Column("inspection_basis", names("basis | 检验依据 | 检验类别 | 检验性质 | 检验类型")),
    Column("selection", names("selection mode | selection method | targeting | 布控方式 | 布控类型 | 抽样方式 | 抽检方式 | 选查方式")),
    Column("hs_code", HS, is_required=True),
    Column("ciq3", names("ciq | ciq code | inspection name code | 检验检疫名称编码 | 检验检疫名称(编码) | 检验检疫编码 | CIQ代码")),
    Column(
        "product_name",
        names("product | goods name | goods | description of goods | 商品名称 | 货物名称 | 品名 | 产品名称 | 检验检疫名称"),
    ),
    Column("brand", names("trade mark | 品牌 | 商标")),
    Column("model", names("model no | specification | 型号 | 规格型号 | 规格")),
    Column("batch_no", names("batch | production batch number | lot no | 生产批号 | 产品批号 | 批号")),
    Column("produced_on", names("production date | date of production | 生产日期")),
    Column("gtin", names("barcode | ean | 商品条码 | 条码 | 条形码")),
    Column("origin_country", ORIGIN, is_required=True),
    Column("departure_country", names("departure | country of departure | 启运国(地区) | 启运国 | 运抵国(地区) | 运抵国")),
    Column("trading_country", names("trade country | country of trade | 贸易国(地区) | 贸易国 | 贸易国别")),
    Column(
        "enterprise_code",
        names("uscc | importer code | exporter code | importer uscc | 统一社会信用代码 | 境内收发货人代码 | 企业代码 | 海关注册编码"),
    ),
    Column(
        "enterprise_name",
        names(
            "importer | exporter | consignee | consignor | importer exporter | 境内收发货人 | 境内收货人 | 境内发货人 | 收发货人 | 企业名称"
        ),
    ),
    Column(
        "overseas_manufacturer", names("manufacturer | overseas producer | 境外生产企业 | 境外生产企业名称 | 生产企业 | 生产厂家 | 制造商")
    ),
    Column(
        "overseas_registration_no",
        names(
            "manufacturer registration no | registration no | 境外生产企业注册 | 境外生产企业注册号 | 境外生产企业注册编号 | 在华注册编号"
        ),
    ),
    Column("trade_mode", names("supervision mode | customs regime | 监管方式 | 监管方式代码 | 贸易方式")),
    Column("quantity", names("qty | 数量 | 成交数量 | 申报数量 | 第一法定数量")),
    Column("quantity_unit", UNIT),
    Column("value_amount", names("value | amount | total price | 货值 | 金额 | 总价 | 总值 | 成交总价")),
    Column("currency", names("ccy | 币制 | 币种")),
    Column(
        "result",
        names("inspection result | outcome | 检验结果 | 查验结果 | 结果 | 合格与否 | 是否合格 | 评定结果 | 检验评定"),
        is_required=True,
    ),
    Column("disposition", names("measure | handling | 处置 | 处置方式 | 处理方式 | 处置措施 | 处理结果")),
    Column("report_no", names("test report no | certificate no | 检测报告编号 | 报告编号 | 检验报告号 | 证书编号")),
    Column(
        "sampled_on",
        names("sampling date | inspection date | date sampled | 取样日期 | 抽样日期 | 采样日期 | 查验日期 | 检验日期"),
        is_required=True,
    ),
    Column("resulted_on", names("result date | date of result | 结果日期 | 出证日期 | 结果登记日期 | 评定日期 | 检测完成日期")),
    Column("released_on", names("release date | date released | 放行日期 | 放行时间")),
    Column("received_on", RECEIVED),
    Column("inspector", names("inspector name | officer | 查验人 | 查验人员 | 查验关员 | 检验人员 | 检验员 | 报关员"), role=Role.PERSONAL),
    *PERSONAL,
    *IGNORED,
)

SOURCE = Source(
    name="port_inspections",
    key=("inspection_id",),
    layouts=(Layout("port_inspections", "port_inspections", COLUMNS),),
    cadence_days=1,
    stale_after_days=7,
    name_en="Port inspections",
    name_zh="口岸检验",
)
