"""What people write: Chinese complaint and report texts with planted personal data, none of which may get past ingest.

Names, numbers and addresses are drawn at random; identity numbers and bank cards carry valid check digits, as real ones do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

T = TypeVar("T")

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国文斌玉兰志红鹏宇晨欣怡子涵梓轩"
PLACES = (
    ("上海市浦东新区", "张杨路", "310115"), ("北京市朝阳区", "望京街", "110105"), ("广州市天河区", "体育西路", "440106"),
    ("成都市武侯区", "人民南路", "510107"), ("杭州市西湖区", "文三路", "330106"), ("武汉市洪山区", "珞瑜路", "420111"),
    ("南京市鼓楼区", "中央路", "320106"), ("西安市雁塔区", "小寨东路", "610113"), ("青岛市市南区", "香港中路", "370202"),
    ("厦门市思明区", "湖滨南路", "350203"), ("呼和浩特市新城区", "新华大街", "150102"), ("西宁市城西区", "五四大街", "630104"),
)  # fmt: skip
PLATFORMS = ("万象商城", "海淘汇", "邻里优选", "百货云", "线下门店", "直播间")
CHANNELS = ("全国12315平台", "12345热线", "12360海关热线", "网站", "电商平台")
BRANDS = ("诺森", "禾悦", "Lumara", "Verdano", "康禾", "Kitefield", "暖屋", "Orimoto", "")

# issue, what happened: the words by which the hazard is recognised in a complaint
ISSUES: dict[str, tuple[str, str]] = {
    "vet": ("兽药残留", "送检后发现硝基呋喃等兽药残留"),
    "ecoli": ("食后腹泻", "全家食用后腹泻，检出大肠杆菌"),
    "salmonella": ("食物中毒", "食用后高烧腹泻，医院化验出沙门氏菌"),
    "listeria": ("食物中毒", "食用后发热，检出李斯特菌"),
    "vibrio": ("食物中毒", "食用后呕吐腹泻，检出副溶血性弧菌"),
    "coliform": ("微生物超标", "检测报告显示大肠菌群超标"),
    "aflatoxin": ("霉变", "打开后有霉味，怀疑黄曲霉毒素超标"),
    "chlorpyrifos": ("农药残留", "自测农药残留超标，检出毒死蜱"),
    "carbendazim": ("农药残留", "检出农药残留多菌灵"),
    "eto": ("农药残留", "看到通报称检出环氧乙烷"),
    "cadmium": ("重金属超标", "检测镉超标"),
    "lead": ("重金属超标", "检测铅超标"),
    "mercury": ("重金属超标", "使用后面部过敏，检测汞超标"),
    "sulphite": ("添加剂超标", "有刺鼻气味，二氧化硫残留超标"),
    "additive": ("添加剂超标", "怀疑超量使用防腐剂苯甲酸"),
    "colour": ("添加剂", "颜色异常，怀疑添加色素柠檬黄"),
    "allergen": ("未标示过敏原", "标签没有写牛奶，食用后过敏起疹"),
    "foreign": ("异物", "食品中有玻璃异物，划伤嘴"),
    "composition": ("成分不符", "营养成分含量与标签不符"),
    "unapproved": ("非法添加药物", "服用后心慌头晕，怀疑非法添加西地那非"),
    "label": ("标签问题", "没有中文标签，看不到生产日期"),
    "migration": ("异味", "装热水后有强烈塑料味，怀疑迁移物超标"),
    "chromium": ("重金属超标", "检测铬超标"),
    "nickel": ("皮肤过敏", "佩戴后皮肤过敏，镍释放量超标"),
    "microbe": ("微生物超标", "使用后红肿，菌落总数超标"),
    "azo": ("褪色", "严重褪色，检测出可分解芳香胺染料"),
    "formaldehyde": ("甲醛超标", "味道刺鼻，甲醛超标"),
    "cord": ("绳带缠绕", "帽子绳带勒住孩子脖子，有勒颈窒息危险"),
    "phthalate": ("有害物质", "塑料气味大，邻苯二甲酸酯超标"),
    "parts": ("小零件脱落", "小零件脱落被孩子放进嘴里，有窒息危险"),
    "shock": ("漏电", "使用时漏电，有触电危险"),
    "fire": ("过热起火", "使用时过热冒烟起火"),
    "mechanical": ("断裂", "使用中突然断裂，有受伤危险"),
}
SERVICE_ISSUES = (
    ("未按时发货", "下单后一直没有发货"), ("拒绝退款", "商家拒绝退货退款"), ("包装破损", "收到时外包装破损"),
    ("临近保质期", "收到的商品临近保质期"), ("价格争议", "付款后第二天降价"), ("描述不符", "实物与网页描述不一致"),
)  # fmt: skip
INJURIES = ("", "轻微擦伤，自行处理", "到医院急诊处理后回家", "住院治疗一周")


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    phone: str
    id_number: str
    bank_card: str
    address: str
    email: str
    region: str


def pick(options: Sequence[T], draw: float) -> T:
    """The option that a number in [0, 1) points at (a Generator's own choice() is slow for single draws)."""
    return options[int(draw * len(options))]


def person(random: np.random.Generator) -> Person:
    """An invented complainant."""
    draw = random.random(12)
    place, road, division = pick(PLACES, draw[0])
    name = pick(SURNAMES, draw[1]) + pick(GIVEN, draw[2]) + (pick(GIVEN, draw[3]) if draw[4] < 0.7 else "")
    born = date(1950, 1, 1) + timedelta(days=int(draw[5] * 19000))
    stem = f"{division}{born:%Y%m%d}{int(draw[6] * 1000):03d}"
    house = f"{1 + int(draw[7] * 900)}号{1 + int(draw[8] * 30)}栋{1 + int(draw[9] * 32)}0{1 + int(draw[4] * 4)}室"
    return Person(
        name,
        f"1{pick('35789', draw[10])}{int(draw[11] * 10**9):09d}",
        stem + identity_check(stem),
        luhn_complete(f"622{int(draw[6] * draw[11] * 10**15):015d}"),
        f"{place}{road}{house}",
        f"{pick(('sun', 'moon', 'river', 'panda'), draw[10])}{100 + int(draw[5] * 99900)}@example.cn",
        place,
    )


_IDENTITY_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))


def identity_check(first17: str) -> str:
    """The last character of a resident identity number (GB 11643: ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(int(char) * weight for char, weight in zip(first17, _IDENTITY_WEIGHTS, strict=True)) % 11]


def luhn_complete(body: str) -> str:
    """A card number completed with its Luhn check digit."""
    doubled = [int(char) * (2 if i % 2 == 0 else 1) for i, char in enumerate(reversed(body))]
    return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def complaint_text(random: np.random.Generator, who: Person, product: str, brand: str, happened: str, injury: str, platform: str) -> str:
    """A complaint as people write it; most tell who they are, some tell everything."""
    draw = random.random(6)
    opening = (f"我叫{who.name}，", f"本人{who.name}，", "您好，", "")[int(draw[0] * 4)]
    text = f"{opening}在{platform}购买了进口{brand}{product}，{happened}。"
    if injury:
        text += f"{injury}。"
    text += ("要求商家退款并赔偿。", "希望有关部门调查处理。", "请尽快回复。")[int(draw[1] * 3)]
    if draw[2] < 0.5:
        text += (
            f"联系电话{who.phone}。",
            f"手机：{who.phone[:3]}-{who.phone[3:7]}-{who.phone[7:]}。",
            f"请拨打{fullwidth(who.phone)}联系。",
        )[int(draw[0] * 3)]
    if draw[3] < 0.15:
        text += f"身份证号{who.id_number}。"
    if draw[4] < 0.10:
        text += f"退款请打到银行卡{who.bank_card}，户名{who.name}。"
    if draw[5] < 0.18:
        text += f"住址：{who.address}。"
    elif draw[5] < 0.28:
        text += f"邮箱{who.email}。"
    return text


def report_text(random: np.random.Generator, who: Person, report: str, product: str, hazard: str, market: str) -> str:
    """An enterprise's own account; a contact person stands in every third."""
    what = {
        "defect": f"我司自查发现{product}存在{hazard}问题，已停止销售。",
        "recall": f"我司对{product}实施召回，原因：{hazard}。",
        "return": f"我司出口{market}的{product}因{hazard}被退运。",
        "overseas_rejection": f"我司出口{market}的{product}因{hazard}被境外拒绝入境。",
        "technical_barrier": f"{market}新要求使我司{product}需补做{hazard}检测，增加成本。",
        "counterfeit": f"在{market}发现假冒我司商标的{product}。",
        "injury": f"用户反映使用{product}受伤，原因：{hazard}。",
    }[report]
    if random.random() < 0.35:
        what += f"联系人{who.name}，电话{who.phone}，邮箱{who.email}。"
    return what


def fullwidth(text: str) -> str:
    """Digits as a Chinese input method writes them in full width."""
    return text.translate({ord("0") + i: ord("０") + i for i in range(10)})
