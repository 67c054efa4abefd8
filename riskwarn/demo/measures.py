"""What other members notify to the WTO, in the columns of ePing's spreadsheet, and what the country's exporters sell where.

Drafts on goods that the country exports, with addenda when they are adopted; some without HS codes, some with a period in words, one of
a form nobody knows: as the real list is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from riskwarn.demo import texts
from riskwarn.demo.country import MARKETS, ORIGINS, Cell, World, random_for
from riskwarn.demo.reports import market_member

PER_WEEK = 3.0
ADOPTED = 0.35  # share of drafts that are adopted half a year later
SUBJECTS = (
    "limits of contaminants in",
    "labelling of",
    "safety requirements for",
    "conformity assessment of",
    "maximum residue limits for",
)
PROFILES = 80


def draw_documents(world: World) -> pd.DataFrame:
    """One row a document, oldest first: ePing's columns, ``key`` its symbol, ``known`` the day of circulation."""
    random = random_for(world.seed, "wto_documents")
    rows = sorted(_documents(world, random), key=lambda row: (row["known"], row["key"]))
    return pd.DataFrame(rows)


def _documents(world: World, random: np.random.Generator) -> Iterator[dict[str, object]]:
    exported = [cell for cell in world.cells if cell.direction == "export"]
    last: date = world.days[-1].item()
    for number in range(int(PER_WEEK * len(world.days) / 7)):
        on: date = world.days[int(random.integers(len(world.days)))].item()
        cell, market = exported[int(random.integers(len(exported)))], texts.pick(MARKETS, random.random())
        area = "SPS" if cell.product.is_food and random.random() < 0.6 else "TBT"
        symbol = f"G/{area}/N/{market_member(market)}/{100 + number}"
        draft = _document(cell, market, symbol, on, random)
        yield draft
        adopted = on + timedelta(days=int(random.integers(120, 240)))
        if random.random() < ADOPTED and adopted <= last:
            in_force = f"{adopted + timedelta(days=180):%d/%m/%Y}"
            told = {"Document symbol": f"{symbol}/Add.1", "Distribution date": f"{adopted:%d/%m/%Y}", "Final date for comments": ""}
            days = {"Proposed date of adoption": f"{adopted:%d/%m/%Y}", "Proposed date of entry into force": in_force}
            yield draft | told | days | {"Title": f"Addendum: {draft['Title']}", "key": f"{symbol}/Add.1", "known": pd.Timestamp(adopted)}


def _document(cell: Cell, market: str, symbol: str, on: date, random: np.random.Generator) -> dict[str, object]:
    digits = (2, 4, 6, 0)[int(random.choice(4, p=[0.2, 0.35, 0.25, 0.2]))]
    closes = ("60 days from circulation", f"{on + timedelta(days=60):%d/%m/%Y}", "Not stated")[int(random.choice(3, p=[0.3, 0.6, 0.1]))]
    subject = SUBJECTS[int(random.integers(len(SUBJECTS)))]
    return {
        "Document symbol": symbol,
        "Notifying Member": "European Union" if market_member(market) == "EU" else ORIGINS[market].en,
        "Distribution date": f"{on:%d/%m/%Y}",
        "Title": f"Draft regulation on {subject} {cell.product.name_en}",
        "Products covered": cell.product.name_en,
        "HS code(s)": cell.product.hs10[:digits],
        "ICS code(s)": "67.040" if cell.product.is_food else "97.020",
        "Objectives": "Protection of human health or safety",
        "Final date for comments": closes,
        "Proposed date of adoption": "To be determined",
        "Proposed date of entry into force": "Six months after publication",
        "key": symbol,
        "known": pd.Timestamp(on),
    }


def draw_profiles(world: World) -> pd.DataFrame:
    """One row an exporter: code, name, HS codes, markets, words in Chinese and English."""
    random = random_for(world.seed, "exporter_profiles")
    sold: dict[int, set[int]] = {}
    for number, cell in enumerate(world.cells):
        if cell.direction == "export":
            for company in cell.enterprises:
                sold.setdefault(int(company), set()).add(number)
    rows = []
    for company in sorted(sold)[:PROFILES]:
        goods = [world.cells[number].product for number in sorted(sold[company])]
        markets = sorted({texts.pick(MARKETS, random.random()) for _ in range(int(random.integers(1, 5)))})
        rows.append(
            {
                "统一社会信用代码": world.enterprises.at[company, "uscc"],
                "企业名称": world.enterprises.at[company, "name"],
                "HS编码": "; ".join(dict.fromkeys(product.hs10 for product in goods)),
                "出口市场": "; ".join(ORIGINS[market].zh for market in markets),
                "产品关键词": "; ".join(dict.fromkeys(word for product in goods for word in (product.name_zh, product.name_en))),
            }
        )
    return pd.DataFrame(rows)
