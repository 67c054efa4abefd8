"""Goods of the synthetic country: what is traded, from where, how often it fails and why. Codes exist; every figure is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One commodity line. ``lots`` and ``export_lots`` are inspected lots a week; ``rate`` is the share that fails under random selection.

    ``season`` is (amplitude, peak month) of the traded volume; ``hazards`` are hazard keys with weights; ``origins`` are shares
    of the imported lots; ``complaints`` are complaints a week from all origins together.
    """

    hs10: str
    name_zh: str
    name_en: str
    category: str  # the RASFF product category; "" for goods that RASFF does not cover
    lots: float
    export_lots: float
    rate: float
    season: tuple[float, int]
    complaints: float
    hazards: tuple[tuple[str, float], ...]
    origins: tuple[tuple[str, float], ...]

    @property
    def hs4(self) -> str:
        return self.hs10[:4]

    @property
    def is_food(self) -> bool:
        return int(self.hs10[:2]) <= 24


MEAT = "Meat and meat products (other than poultry)"
POULTRY = "Poultry meat and poultry meat products"
FISH = "Fish and products thereof"
SHRIMP = "Crustaceans and products thereof"
SQUID = "Cephalopods and products thereof"
MILK = "Milk and milk products"
FRUIT = "Fruits and vegetables"
NUTS = "Nuts, nut products and seeds"
SPICES = "Herbs and spices"
CEREALS = "Cereals and bakery products"
OILS = "Fats and oils"
SWEETS = "Confectionery"
COCOA = "Cocoa and cocoa preparations, coffee and tea"
DIET = "Dietetic foods, food supplements and fortified foods"
SAUCES = "Soups, broths, sauces and condiments"
DRINKS = "Non-alcoholic beverages"
ALCOHOL = "Alcoholic beverages"
PETFOOD = "Pet food"
CONTACT = "Food contact materials"
HONEY = "Honey and royal jelly"
ALERT_CODES = {  # the product codes under which riskwarn counts these categories (warehouse/reference/product_categories.csv)
    SPICES: "herbs_spices",
    NUTS: "nuts_seeds",
    CONTACT: "food_contact_materials",
}

# hs10 | Chinese | English | RASFF category | lots | export lots | rate % | amplitude, peak month | complaints | hazards | origins
_TABLE = (
    ("0202300090", "冻牛肉", "frozen boneless beef", MEAT, 24, 0, 1.6, 0.2, 12, 0.9, "vet:3 ecoli:1 label:2", "BR:4 AR:2 AU:2 UY:1 NZ:1"),
    ("0203290000", "冻猪肉", "frozen pork", MEAT, 20, 0, 1.8, 0.2, 12, 0.8, "vet:2 salmonella:2 label:2", "ES:5 BR:3 DK:1 FR:1"),
    ("0207141900", "冻鸡块", "frozen chicken cuts", POULTRY, 16, 4, 2.4, 0.1, 7, 0.7, "salmonella:5 vet:2 label:1", "BR:5 TH:3 RU:2"),
    ("0303890090", "冻鱼", "frozen fish", FISH, 13, 0, 1.7, 0.2, 11, 0.4, "cadmium:2 vet:1 label:1", "RU:4 NO:2 US:2 NA:2"),
    ("0304620000", "冻巴沙鱼片", "frozen catfish fillets", FISH, 12, 0, 2.6, 0.1, 10, 0.5, "vet:4 listeria:1 label:1", "VN:9 TH:1"),
    ("0306179090", "冻对虾", "frozen shrimps", SHRIMP, 36, 3, 2.6, 0.2, 1, 0.8, "vet:3 sulphite:2 vibrio:2 label:1", "EC:6 IN:2 VN:1 TH:1"),
    ("0307430000", "冻鱿鱼", "frozen squid", SQUID, 9, 5, 2.0, 0.2, 9, 0.2, "cadmium:3 label:1", "PE:5 AR:3 ID:2"),
    (
        "0402210000",
        "全脂奶粉",
        "whole milk powder",
        MILK,
        22,
        0,
        1.2,
        0.3,
        1,
        1.2,
        "label:2 composition:2 coliform:1",
        "NZ:7 AU:1 NL:1 FR:1",
    ),
    ("0405100000", "黄油", "butter", MILK, 6, 0, 1.5, 0.2, 11, 0.2, "coliform:2 label:2", "NZ:7 FR:3"),
    ("0406900000", "干酪", "cheese", MILK, 10, 0, 2.2, 0.1, 12, 0.4, "listeria:3 coliform:2 label:2", "NZ:4 IT:3 FR:2 DK:1"),
    ("0409000000", "天然蜂蜜", "natural honey", HONEY, 5, 4, 2.5, 0.2, 11, 0.6, "vet:2 composition:3", "NZ:6 AU:2 TH:2"),
    ("0713319000", "绿豆", "mung beans", FRUIT, 6, 3, 1.8, 0.2, 5, 0.1, "chlorpyrifos:2 label:1", "AU:6 CA:4"),
    ("0802510000", "开心果", "pistachios", NUTS, 12, 0, 3.2, 0.4, 12, 0.6, "aflatoxin:5 sulphite:1 label:1", "US:6 IR:3 TR:1"),
    ("0803900000", "鲜香蕉", "fresh bananas", FRUIT, 15, 0, 1.4, 0.1, 4, 0.2, "chlorpyrifos:3 carbendazim:2", "PH:5 EC:3 VN:2"),
    ("0804200000", "干无花果", "dried figs", FRUIT, 16, 0, 3.0, 0.5, 11, 0.2, "aflatoxin:6 sulphite:1", "TR:8 IR:2"),
    ("0805100000", "鲜橙", "fresh oranges", FRUIT, 9, 0, 1.6, 0.5, 8, 0.2, "carbendazim:2 chlorpyrifos:2", "ZA:4 EG:3 AU:3"),
    ("0810600000", "鲜榴莲", "fresh durians", FRUIT, 26, 0, 2.2, 0.6, 6, 1.0, "cadmium:3 carbendazim:3", "TH:6 VN:4"),
    ("0902400000", "红茶", "black tea", COCOA, 7, 12, 1.9, 0.1, 5, 0.3, "chlorpyrifos:2 lead:1 label:1", "LK:6 IN:4"),
    ("0904110000", "胡椒", "pepper", SPICES, 8, 0, 3.0, 0.1, 6, 0.1, "salmonella:3 chlorpyrifos:2", "VN:5 ID:3 BR:2"),
    ("0910300000", "姜黄", "turmeric", SPICES, 4, 4, 2.8, 0.1, 5, 0.1, "lead:3 salmonella:1", "IN:8 ID:2"),
    ("1006302000", "大米", "milled rice", CEREALS, 17, 0, 1.5, 0.2, 12, 0.5, "cadmium:2 aflatoxin:1 label:2", "VN:4 TH:3 PK:3"),
    ("1202420000", "去壳花生", "shelled ground-nuts", NUTS, 8, 5, 3.4, 0.3, 11, 0.2, "aflatoxin:6 label:1", "IN:5 AR:3 ET:2"),
    ("1207409000", "芝麻", "sesame seeds", NUTS, 18, 0, 2.0, 0.3, 11, 0.2, "salmonella:3 aflatoxin:1", "IN:6 ET:4"),
    ("1509200000", "特级初榨橄榄油", "extra virgin olive oil", OILS, 7, 0, 1.6, 0.1, 1, 0.4, "composition:3 label:2", "ES:6 IT:3 TR:1"),
    ("1511901000", "棕榈油", "palm oil", OILS, 8, 0, 1.2, 0.1, 8, 0.1, "composition:2 label:1", "ID:6 MY:4"),
    ("1604140000", "金枪鱼罐头", "tinned tuna", FISH, 5, 8, 1.3, 0.1, 1, 0.3, "label:2 cadmium:1", "TH:8 ES:2"),
    ("1704900000", "糖果", "sugar confectionery", SWEETS, 12, 4, 2.2, 0.4, 12, 0.9, "colour:3 label:3 foreign:1", "JP:4 MY:3 TH:2 KR:1"),
    ("1806310000", "夹心巧克力", "filled chocolate", COCOA, 13, 0, 1.9, 0.5, 12, 0.9, "allergen:2 label:3 salmonella:1", "IT:4 BE:3 RU:3"),
    (
        "1901101000",
        "婴幼儿配方奶粉",
        "infant formula",
        DIET,
        18,
        0,
        0.9,
        0.1,
        11,
        2.2,
        "composition:2 coliform:1 label:1",
        "NL:5 NZ:3 IE:2",
    ),
    ("1902190000", "意大利面", "uncooked pasta", CEREALS, 6, 0, 1.4, 0.1, 1, 0.2, "label:3 composition:1", "IT:8 KR:2"),
    ("1905310000", "甜饼干", "sweet biscuits", CEREALS, 17, 3, 2.1, 0.3, 12, 0.8, "additive:3 label:3 allergen:1", "MY:4 ID:3 JP:2 DK:1"),
    ("2005999900", "蔬菜罐头", "preserved vegetables", FRUIT, 3, 9, 1.6, 0.1, 3, 0.1, "additive:2 label:1", "TH:6 KR:4"),
    ("2008199990", "果仁制品", "prepared nuts", NUTS, 8, 3, 2.2, 0.3, 12, 0.5, "aflatoxin:2 additive:2 label:1", "VN:5 TH:3 KR:2"),
    (
        "2009110000",
        "冷冻橙汁",
        "frozen orange juice",
        DRINKS,
        14,
        0,
        1.6,
        0.2,
        6,
        0.2,
        "additive:2 carbendazim:1 composition:1",
        "BR:8 ES:2",
    ),
    ("2101120000", "速溶咖啡制品", "instant coffee preparations", COCOA, 8, 0, 1.5, 0.1, 1, 0.5, "additive:2 label:3", "VN:5 MY:5"),
    ("2103909000", "复合调味料", "mixed condiments", SAUCES, 9, 4, 2.0, 0.1, 1, 0.4, "additive:3 label:2", "JP:5 TH:3 KR:2"),
    (
        "2106909090",
        "膳食补充剂",
        "food supplements",
        DIET,
        26,
        0,
        2.2,
        0.2,
        11,
        2.6,
        "composition:3 label:3 unapproved:2",
        "US:5 AU:3 JP:2",
    ),
    ("2202990091", "果味饮料", "flavoured drinks", DRINKS, 10, 3, 1.7, 0.4, 7, 0.5, "additive:3 label:2", "TH:5 KR:3 JP:2"),
    ("2203000000", "啤酒", "beer", ALCOHOL, 8, 0, 1.2, 0.4, 7, 0.3, "label:3 foreign:1", "DE:8 BE:2"),
    ("2204210000", "葡萄酒", "wine", ALCOHOL, 20, 0, 1.5, 0.4, 12, 0.7, "label:3 sulphite:2 composition:1", "FR:4 CL:3 AU:2 IT:1"),
    ("2309109000", "宠物食品", "pet food", PETFOOD, 11, 3, 2.1, 0.1, 11, 0.9, "salmonella:3 label:2", "US:4 TH:3 NZ:3"),
    ("3304990099", "护肤品", "skin care preparations", "", 28, 0, 2.0, 0.3, 11, 2.8, "microbe:2 mercury:1 label:3", "KR:4 FR:3 JP:2 US:1"),
    ("3305100090", "洗发水", "shampoos", "", 6, 0, 1.6, 0.1, 11, 0.8, "microbe:2 label:2", "JP:5 KR:3 US:2"),
    ("3306101000", "牙膏", "toothpaste", "", 5, 2, 1.4, 0.1, 11, 0.4, "label:2 microbe:1", "JP:6 TH:4"),
    ("3924100000", "塑料餐具", "plastic tableware", CONTACT, 5, 14, 2.6, 0.1, 9, 0.5, "migration:5 label:1", "JP:6 KR:4"),
    ("4202220000", "手提包", "handbags", "", 7, 6, 1.8, 0.2, 12, 0.8, "azo:2 label:2", "IT:6 FR:4"),
    ("6109100022", "棉制T恤衫", "cotton T-shirts", "", 12, 6, 2.6, 0.5, 5, 0.9, "azo:2 formaldehyde:1 label:3", "BD:5 VN:3 TR:2"),
    (
        "6111200050",
        "婴儿棉制服装",
        "babies' cotton garments",
        "",
        10,
        3,
        3.2,
        0.2,
        9,
        0.7,
        "formaldehyde:2 cord:2 label:2",
        "BD:5 VN:3 TH:2",
    ),
    ("6204620000", "女裤", "women's cotton trousers", "", 11, 5, 2.2, 0.3, 9, 0.6, "azo:2 label:3", "VN:5 IT:3 KR:2"),
    ("6403990090", "皮鞋", "leather footwear", "", 9, 4, 1.8, 0.3, 10, 0.9, "chromium:2 label:2", "IT:6 VN:4"),
    ("6404110000", "运动鞋", "sports footwear", "", 10, 6, 1.5, 0.3, 9, 1.4, "mechanical:2 label:2", "VN:6 ID:4"),
    ("6911101900", "瓷餐具", "porcelain tableware", CONTACT, 3, 10, 1.9, 0.1, 10, 0.2, "lead:3 label:1", "JP:6 GB:4"),
    ("7117190000", "仿首饰", "imitation jewellery", "", 5, 7, 3.0, 0.1, 11, 0.4, "nickel:3 lead:2", "KR:6 TH:4"),
    ("7323930000", "不锈钢餐具", "stainless steel kitchenware", CONTACT, 6, 9, 2.0, 0.1, 10, 0.4, "chromium:3 label:1", "DE:5 JP:5"),
    ("8507600090", "锂离子蓄电池", "lithium-ion batteries", "", 8, 14, 2.4, 0.1, 9, 1.2, "fire:3 label:2", "KR:6 JP:4"),
    ("8509409000", "食品料理机", "food mixers", "", 6, 6, 2.4, 0.2, 11, 0.7, "shock:2 mechanical:1 label:2", "DE:6 FR:4"),
    ("8516310000", "电吹风机", "hair dryers", "", 14, 14, 2.6, 0.2, 11, 2.4, "shock:3 fire:2 label:2", "MY:5 JP:3 DE:2"),
    ("8518300000", "耳机", "headphones", "", 6, 6, 1.4, 0.2, 11, 1.2, "shock:1 label:3", "VN:7 US:3"),
    ("8715000000", "婴儿推车", "baby carriages", "", 6, 6, 2.8, 0.1, 9, 0.8, "mechanical:4 parts:1", "PL:5 NL:5"),
    ("9401801000", "儿童安全座椅", "child restraint seats", "", 9, 3, 2.2, 0.1, 9, 0.8, "mechanical:3 label:2", "DE:5 NL:3 GB:2"),
    ("9403600099", "木家具", "wooden furniture", "", 9, 9, 2.1, 0.1, 9, 1.0, "formaldehyde:3 mechanical:1 label:1", "VN:4 IT:3 PL:3"),
    ("9405210000", "台灯", "table lamps", "", 4, 9, 2.6, 0.1, 10, 0.4, "shock:3 label:2", "DE:5 IT:5"),
    ("9503008900", "玩具", "toys", "", 28, 18, 2.6, 0.4, 11, 1.8, "parts:3 phthalate:2 label:3", "VN:4 ID:3 DK:2 JP:1"),
    ("9506911190", "健身器材", "exercise equipment", "", 4, 5, 1.8, 0.1, 3, 0.6, "mechanical:3 label:1", "US:6 DE:4"),
    ("9619001190", "纸尿裤", "babies' napkins", "", 12, 3, 1.2, 0.2, 11, 1.6, "microbe:3 label:2", "JP:8 TH:2"),
)


def _weights(text: str) -> tuple[tuple[str, float], ...]:
    """ "a:3 b:1" as names with shares that sum to one."""
    pairs = [item.split(":") for item in text.split()]
    total = sum(float(weight) for _, weight in pairs)
    return tuple((name, float(weight) / total) for name, weight in pairs)


PRODUCTS: tuple[Product, ...] = tuple(
    Product(hs10, zh, en, cat, lots, out, rate / 100, (amp, peak), complaints, _weights(hazards), _weights(origins))
    for hs10, zh, en, cat, lots, out, rate, amp, peak, complaints, hazards, origins in _TABLE
)
