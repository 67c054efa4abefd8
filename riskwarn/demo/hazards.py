"""Hazards that lots of the synthetic country fail for: the test item, a limit, the standard it is judged by, and how RASFF spells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hazard:
    """One hazard. ``limit`` is in ``unit`` (0: presence alone fails); ``alert`` is the RASFF spelling `substance - category`."""

    key: str
    category: str  # hazard_category of warehouse/reference/hazard_categories.csv
    item_zh: str
    name_en: str
    limit: float
    unit: str
    standard: str
    alert: str = ""
    is_injurious: bool = False  # complaints about it often tell of an injury


HAZARDS: dict[str, Hazard] = {
    hazard.key: hazard
    for hazard in (
        Hazard(
            "vet",
            "veterinary_drug_residues",
            "硝基呋喃代谢物",
            "nitrofuran metabolites",
            1.0,
            "μg/kg",
            "GB 31650",
            "Nitrofuran (metabolite) furazolidone (AOZ) - residues of veterinary medicinal products",
        ),
        Hazard(
            "ecoli",
            "pathogenic_microorganisms",
            "致泻大肠埃希氏菌",
            "Escherichia coli",
            0,
            "/25g",
            "GB 29921",
            "Escherichia coli shigatoxin-producing - pathogenic micro-organisms",
            True,
        ),
        Hazard(
            "salmonella",
            "pathogenic_microorganisms",
            "沙门氏菌",
            "Salmonella",
            0,
            "/25g",
            "GB 29921",
            "Salmonella spp. - pathogenic micro-organisms",
            True,
        ),
        Hazard(
            "listeria",
            "pathogenic_microorganisms",
            "单核细胞增生李斯特氏菌",
            "Listeria monocytogenes",
            0,
            "/25g",
            "GB 29921",
            "Listeria monocytogenes - pathogenic micro-organisms",
            True,
        ),
        Hazard(
            "vibrio",
            "pathogenic_microorganisms",
            "副溶血性弧菌",
            "Vibrio parahaemolyticus",
            100,
            "MPN/g",
            "GB 29921",
            "Vibrio parahaemolyticus - pathogenic micro-organisms",
            True,
        ),
        Hazard(
            "coliform",
            "microbial_contaminants",
            "大肠菌群",
            "coliforms",
            10,
            "CFU/g",
            "GB 4789.3",
            "Enterobacteriaceae - too high count of - non-pathogenic micro-organisms",
        ),
        Hazard("aflatoxin", "mycotoxins", "黄曲霉毒素B1", "aflatoxin B1", 5.0, "μg/kg", "GB 2761", "Aflatoxin B1 - mycotoxins"),
        Hazard(
            "chlorpyrifos", "pesticide_residues", "毒死蜱", "chlorpyrifos", 0.05, "mg/kg", "GB 2763", "Chlorpyrifos - pesticide residues"
        ),
        Hazard("carbendazim", "pesticide_residues", "多菌灵", "carbendazim", 0.5, "mg/kg", "GB 2763", "Carbendazim - pesticide residues"),
        Hazard("eto", "pesticide_residues", "环氧乙烷", "ethylene oxide", 0.05, "mg/kg", "GB 2763", "Ethylene oxide - pesticide residues"),
        Hazard("cadmium", "heavy_metals", "镉", "cadmium", 0.1, "mg/kg", "GB 2762", "Cadmium - heavy metals"),
        Hazard("lead", "heavy_metals", "铅", "lead", 0.5, "mg/kg", "GB 2762", "Lead - heavy metals"),
        Hazard("mercury", "heavy_metals", "汞", "mercury", 1.0, "mg/kg", "化妆品安全技术规范", "Mercury - heavy metals"),
        Hazard(
            "sulphite",
            "food_additives",
            "二氧化硫残留量",
            "sulphite",
            0.1,
            "g/kg",
            "GB 2760",
            "Sulphite - too high content of - food additives and flavourings",
        ),
        Hazard(
            "additive",
            "food_additives",
            "苯甲酸",
            "benzoic acid E 210",
            1.0,
            "g/kg",
            "GB 2760",
            "Benzoic acid E 210 - unauthorised - food additives and flavourings",
        ),
        Hazard(
            "colour",
            "food_additives",
            "柠檬黄",
            "colour E 102 - tartrazine",
            0.1,
            "g/kg",
            "GB 2760",
            "Colour E 102 - tartrazine - undeclared - food additives and flavourings",
        ),
        Hazard(
            "allergen",
            "allergens",
            "未标示的致敏物质（乳）",
            "undeclared milk",
            0,
            "",
            "GB 7718",
            "Milk ingredient - undeclared - allergens",
            True,
        ),
        Hazard("foreign", "foreign_bodies", "异物", "foreign body", 0, "", "GB 7718", "Glass fragments - foreign bodies", True),
        Hazard(
            "composition",
            "composition",
            "营养成分含量",
            "composition",
            1.0,
            "g/100g",
            "GB 28050",
            "Vitamin B6 - too high content of - composition",
        ),
        Hazard(
            "unapproved",
            "drug_ingredients",
            "未经批准的原料",
            "unauthorised substance sildenafil",
            0,
            "",
            "GB 16740",
            "Sildenafil - unauthorised substance - composition",
            True,
        ),
        Hazard(
            "label", "labelling", "标签", "labelling", 0, "", "GB 7718", "Labelling - incorrect - labelling absent/incomplete/incorrect"
        ),
        Hazard(
            "migration",
            "migration",
            "总迁移量",
            "overall migration",
            10,
            "mg/dm²",
            "GB 4806.7",
            "Migration of primary aromatic amines - migration",
        ),
        Hazard(
            "chromium", "migration", "铬迁移量", "migration of chromium", 2.0, "mg/kg", "GB 4806.9", "Migration of chromium - heavy metals"
        ),
        Hazard("nickel", "chemical", "镍释放量", "release of nickel", 0.5, "μg/cm²/week", "GB 28480", "Migration of nickel - heavy metals"),
        Hazard("microbe", "microbial_contaminants", "菌落总数", "aerobic plate count", 500, "CFU/g", "化妆品安全技术规范"),
        Hazard("azo", "chemical", "可分解致癌芳香胺染料", "azo dyes", 20, "mg/kg", "GB 18401"),
        Hazard("formaldehyde", "chemical", "甲醛含量", "formaldehyde", 20, "mg/kg", "GB 18401"),
        Hazard("cord", "strangulation", "绳带", "drawstrings, strangulation", 0, "", "GB 31701", "", True),
        Hazard("phthalate", "chemical", "邻苯二甲酸酯", "phthalates", 0.1, "%", "GB 6675.1"),
        Hazard("parts", "choking", "小零件", "small parts, choking", 0, "", "GB 6675.2", "", True),
        Hazard("shock", "electric_shock", "对触及带电部件的防护", "electric shock", 0, "", "GB 4706.1", "", True),
        Hazard("fire", "fire", "异常工作、过热起火", "overheating and fire", 0, "", "GB 31241", "", True),
        Hazard("mechanical", "injuries", "机械强度与稳定性", "mechanical injury", 0, "", "GB 14748", "", True),
    )
}
