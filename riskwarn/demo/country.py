"""The synthetic country: customs districts with ports, countries of origin, enterprises with valid codes, its calendar.

District codes follow the form of the real list, as recalled; port codes, enterprises and every figure are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np
import pandas as pd

from riskwarn.demo.products import PRODUCTS, Product

END = date(2026, 11, 22)  # the last night of the demo; fixed, so that the demo replays identically
WEEKS = 156  # three years
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714


@dataclass(frozen=True)
class District:
    """One customs district: 4-digit code, names, its city, administrative division and ports (code, Chinese name)."""

    code: str
    name_zh: str
    city_zh: str
    division: str
    ports: tuple[tuple[str, str], ...]
    weight: float


DISTRICTS = (
    District("0200", "天津海关", "天津", "120116", (("020201", "天津新港"), ("020202", "天津机场")), 1.0),
    District("0900", "大连海关", "大连", "210213", (("090001", "大连港"), ("090002", "大窑湾")), 0.8),
    District("2200", "上海海关", "上海", "310115", (("220001", "洋山港"), ("220002", "外高桥"), ("220003", "浦东机场")), 2.2),
    District("2300", "南京海关", "南京", "320115", (("230001", "太仓港"), ("230002", "连云港")), 0.7),
    District("2900", "杭州海关", "杭州", "330109", (("290001", "杭州萧山机场"), ("290002", "乍浦港")), 0.6),
    District("3100", "宁波海关", "宁波", "330206", (("310001", "北仑港"), ("310002", "梅山港")), 1.3),
    District("3500", "福州海关", "福州", "350105", (("350001", "福州港"), ("350002", "福州机场")), 0.5),
    District("3700", "厦门海关", "厦门", "350205", (("370001", "海沧港"), ("370002", "东渡港")), 0.8),
    District("4200", "青岛海关", "青岛", "370211", (("420001", "前湾港"), ("420002", "董家口港")), 1.2),
    District("5100", "广州海关", "广州", "440115", (("510001", "南沙港"), ("510002", "白云机场")), 1.3),
    District("5300", "深圳海关", "深圳", "440305", (("530001", "盐田港"), ("530002", "蛇口港"), ("530003", "皇岗口岸")), 1.6),
    District("7200", "南宁海关", "南宁", "450108", (("720001", "钦州港"), ("720002", "友谊关")), 0.7),
)


@dataclass(frozen=True)
class Origin:
    """A country (region): ISO alpha-2 and alpha-3, its names in deliveries, the spelling RASFF uses."""

    code: str
    alpha3: str
    zh: str
    en: str
    rasff: str


ORIGINS: dict[str, Origin] = {
    code: Origin(code, alpha3, zh, en, rasff or en)
    for code, alpha3, zh, en, rasff in (
        ("AR", "ARG", "阿根廷", "Argentina", ""),
        ("AU", "AUS", "澳大利亚", "Australia", ""),
        ("BD", "BGD", "孟加拉国", "Bangladesh", ""),
        ("BE", "BEL", "比利时", "Belgium", ""),
        ("BR", "BRA", "巴西", "Brazil", ""),
        ("CA", "CAN", "加拿大", "Canada", ""),
        ("CL", "CHL", "智利", "Chile", ""),
        ("CN", "CHN", "中国", "China", ""),
        ("DE", "DEU", "德国", "Germany", ""),
        ("DK", "DNK", "丹麦", "Denmark", ""),
        ("EC", "ECU", "厄瓜多尔", "Ecuador", ""),
        ("EG", "EGY", "埃及", "Egypt", ""),
        ("ES", "ESP", "西班牙", "Spain", ""),
        ("ET", "ETH", "埃塞俄比亚", "Ethiopia", ""),
        ("FR", "FRA", "法国", "France", ""),
        ("GB", "GBR", "英国", "United Kingdom", ""),
        ("ID", "IDN", "印度尼西亚", "Indonesia", ""),
        ("IE", "IRL", "爱尔兰", "Ireland", ""),
        ("IN", "IND", "印度", "India", ""),
        ("IR", "IRN", "伊朗", "Iran", ""),
        ("IT", "ITA", "意大利", "Italy", ""),
        ("JP", "JPN", "日本", "Japan", ""),
        ("KR", "KOR", "韩国", "South Korea", ""),
        ("LK", "LKA", "斯里兰卡", "Sri Lanka", ""),
        ("MY", "MYS", "马来西亚", "Malaysia", ""),
        ("NA", "NAM", "纳米比亚", "Namibia", ""),
        ("NL", "NLD", "荷兰", "Netherlands", ""),
        ("NO", "NOR", "挪威", "Norway", ""),
        ("NZ", "NZL", "新西兰", "New Zealand", ""),
        ("PE", "PER", "秘鲁", "Peru", ""),
        ("PH", "PHL", "菲律宾", "Philippines", ""),
        ("PK", "PAK", "巴基斯坦", "Pakistan", ""),
        ("PL", "POL", "波兰", "Poland", ""),
        ("RU", "RUS", "俄罗斯联邦", "Russia", ""),
        ("TH", "THA", "泰国", "Thailand", ""),
        ("TR", "TUR", "土耳其", "Turkey", "Türkiye"),
        ("US", "USA", "美国", "United States", ""),
        ("UY", "URY", "乌拉圭", "Uruguay", ""),
        ("VN", "VNM", "越南", "Vietnam", ""),
        ("ZA", "ZAF", "南非", "South Africa", ""),
    )
}
MARKETS = ("US", "DE", "JP", "FR", "KR", "GB", "NL", "AU")  # where exports go


def uscc_check(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100: weights 3^(i-1) mod 31)."""
    total = sum(USCC_ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(first17))
    return USCC_ALPHABET[-total % 31]


def org_check(first8: str) -> str:
    """The 9th character of an organisation code (GB 11714), which a unified code carries inside."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = -sum(ORG_ALPHABET.index(char) * weight for char, weight in zip(first8, weights, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


@dataclass(frozen=True)
class Cell:
    """One line of trade: a product from one origin in one direction. ``lots`` are inspected lots a week, ``districts`` where they enter."""

    direction: str
    product: Product
    origin: str
    lots: float
    rate: float
    districts: tuple[int, ...]
    enterprises: tuple[int, ...]  # row numbers in World.enterprises
    random_share: float  # of inspections chosen at random
    inspected_share: float  # of declared lots that are inspected
    complaints: float  # a week

    @property
    def key(self) -> str:
        return f"{self.direction}|{self.product.hs4}|{self.origin}"


@dataclass(frozen=True)
class World:
    """The country of one seed: its lines of trade, enterprises (uscc, customs_code, name, district) and calendar up to ``end``."""

    seed: int
    end: date
    cells: tuple[Cell, ...]
    enterprises: pd.DataFrame
    days: np.ndarray  # datetime64[D] of every day, oldest (a Monday) first, the last being the day before ``end``
    workload: np.ndarray  # float per day: 1 on an ordinary working day, little on a holiday


def random_for(world_seed: int, *purpose: str) -> np.random.Generator:
    """An independent generator for one purpose, so that one part of the world never shifts another."""
    return np.random.default_rng([world_seed, *(crc32(part.encode()) for part in purpose)])


def build_world(seed: int, end: date = END) -> World:
    """The country of a seed, ending the day before ``end`` (the last night that is judged)."""
    days = calendar_days(end)
    enterprises = _enterprises(random_for(seed, "enterprises"))
    return World(seed, end, _cells(random_for(seed, "cells"), enterprises), enterprises, days, workload(days))


def calendar_days(end: date) -> np.ndarray:
    """Every day of the three years: from a Monday to the day before ``end``."""
    newest = end - timedelta(days=1)
    first = newest - timedelta(days=newest.weekday(), weeks=WEEKS - 1)
    return np.arange(np.datetime64(first), np.datetime64(end))


def workload(days: np.ndarray) -> np.ndarray:
    """How much of an ordinary working day's work is done on each day: Chinese holidays and shifted working days count."""
    import holidays

    dates = [day.item() for day in days]
    china = holidays.country_holidays("CN", years=sorted({day.year for day in dates}))
    working = np.array([china.is_working_day(day) for day in dates])
    load = np.where(working, 1.0, 0.06)
    eves = {day for day, name in china.items() if "Spring Festival" in name and "substituted" not in name}
    near_festival = np.array([any(0 < abs((day - eve).days) <= 7 for eve in eves) for day in dates])
    return np.asarray(np.where(near_festival & working, 0.55, load))


def _enterprises(random: np.random.Generator, count: int = 300) -> pd.DataFrame:
    """Invented trading companies; codes are valid in form, names are drawn from words and mean nobody."""
    weights = np.array([d.weight for d in DISTRICTS])
    district = random.choice(len(DISTRICTS), count, p=weights / weights.sum())
    rows = []
    for i in range(count):
        place = DISTRICTS[district[i]]
        first8 = "MA" + "".join(USCC_ALPHABET[j] for j in random.integers(0, 31, 6))
        body = f"91{place.division}{first8}{org_check(first8)}"
        words = "".join(random.choice(list("海瑞恒嘉泰丰盛华润源康达博远顺安宏信德美"), 2, replace=False))
        trade = str(random.choice(["国际贸易", "进出口", "供应链管理", "食品", "实业", "商贸"]))
        customs_code = f"{place.code}9{random.integers(1, 7)}{i:04d}"
        rows.append((body + uscc_check(body), customs_code, f"{place.city_zh}{words}{trade}有限公司", int(district[i])))
    return pd.DataFrame(rows, columns=["uscc", "customs_code", "name", "district"])


def _cells(random: np.random.Generator, enterprises: pd.DataFrame) -> tuple[Cell, ...]:
    weights = np.array([d.weight for d in DISTRICTS])
    cells = []
    for product in PRODUCTS:
        trades = [("import", origin, product.lots * share, product.complaints * 1.75 * share) for origin, share in product.origins]
        if product.export_lots:
            trades.append(("export", "CN", product.export_lots, 0.0))
        for direction, origin, lots, complaints in trades:
            districts = random.choice(len(DISTRICTS), 3, replace=False, p=weights / weights.sum())
            nearby = enterprises.index[enterprises["district"].isin(districts)].to_numpy()
            cells.append(
                Cell(
                    direction,
                    product,
                    origin,
                    22 * (lots / 21.6) ** 1.45,  # trade is concentrated: a few lines carry most of it
                    float(product.rate * random.lognormal(0, 0.25)),
                    tuple(int(d) for d in districts),
                    tuple(int(e) for e in random.choice(nearby, min(6, len(nearby)), replace=False)),
                    float(random.uniform(0.55, 0.85)),
                    float(random.uniform(0.05, 0.2)),
                    complaints,
                )
            )
    return tuple(cells)
