"""Consumer complaints and enterprise reports of the synthetic country."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from riskwarn.demo import texts
from riskwarn.demo.country import MARKETS, ORIGINS, World, random_for
from riskwarn.demo.events import Event
from riskwarn.demo.hazards import HAZARDS

REPORTS_PER_WEEK = {"import": 6.0, "export": 10.0}
REPORT_TYPES = {
    "import": (("defect", 0.5), ("recall", 0.25), ("injury", 0.25)),
    "export": (("overseas_rejection", 0.4), ("return", 0.25), ("technical_barrier", 0.25), ("counterfeit", 0.1)),
}


def draw_complaints(world: World, events: Sequence[Event]) -> pd.DataFrame:
    """One row per complaint, in order of registration, with ``caused_by`` the planted event it belongs to (else "")."""
    random = random_for(world.seed, "complaints")
    usual = np.array([cell.complaints for cell in world.cells])[:, None] / 7 * _shopping(world.days) * np.ones((1, len(world.days)))
    drawn = _draw(world, events, "complaint", usual, random)
    drawn["hazard"] = np.where(drawn["caused_by"] != "", drawn["hazard"], _complaint_hazards(world, drawn["cell"], random))
    late = np.where(random.random(len(drawn)) < 0.5, random.integers(0, 2, len(drawn)), random.geometric(0.12, len(drawn)).clip(max=45))
    drawn["received"] = drawn["day"] + late
    drawn = drawn[drawn["received"] < len(world.days)]
    drawn = drawn.sort_values(["received", "day", "cell"], kind="stable").reset_index(drop=True)
    rows = pd.DataFrame([_complaint(world, random, number, *row) for number, row in enumerate(drawn.itertuples(index=False), 1)])
    grave = [_grave_complaint(world, event, random) for event in events if event.touches == "grave_complaint"]
    return pd.concat([rows, pd.DataFrame(grave)], ignore_index=True)


def _shopping(days: np.ndarray) -> np.ndarray:
    """Complaints follow shopping: a little more around 15 March and after 11 November, a few per cent more each year."""
    day_of_year = (days - days.astype("datetime64[Y]")).astype(int)
    peak = np.where((day_of_year >= 72) & (day_of_year <= 78), 1.3, np.where((day_of_year >= 314) & (day_of_year <= 327), 1.15, 1.0))
    return np.asarray(peak * np.linspace(0.92, 1.08, len(days)))


def _draw(world: World, events: Sequence[Event], touches: str, usual: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    """Poisson counts around ``usual`` (cells x days) and around what each event adds, unfolded to one row per happening."""
    parts = []
    for event_id, hazard, mean in [("", "", usual), *_added(world, events, touches, usual)]:
        counts = random.poisson(mean)
        cell, day = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
        parts.append(pd.DataFrame({"cell": cell, "day": day, "caused_by": event_id, "hazard": hazard}))
    return pd.concat(parts, ignore_index=True)


def _added(world: World, events: Sequence[Event], touches: str, usual: np.ndarray) -> list[tuple[str, str, np.ndarray]]:
    added = []
    for event in events:
        if event.touches == touches:
            hit = np.array([event.concerns(cell) for cell in world.cells], dtype=float)
            added.append((event.event_id, event.hazard, usual * hit[:, None] * (event.factor(world.days) - 1)[None, :]))
    return added


def _complaint_hazards(world: World, cells: pd.Series, random: np.random.Generator) -> np.ndarray:
    """Half of the complaints are about service and name no hazard."""
    draws = random.random((len(cells), 2))
    return np.array(
        [_usual(world, number, draw) if is_hazard < 0.5 else "" for number, (is_hazard, draw) in zip(cells, draws, strict=True)],
        dtype=object,
    )


def _usual(world: World, cell_no: int, draw: float) -> str:
    """One of the product's usual hazards."""
    for name, share in world.cells[cell_no].product.hazards:
        draw -= share
        if draw < 0:
            return name
    return world.cells[cell_no].product.hazards[-1][0]


def _complaint(
    world: World, random: np.random.Generator, number: int, cell_no: int, day: int, caused_by: str, hazard: str, received: int
) -> dict[str, object]:
    cell = world.cells[cell_no]
    who, draw = texts.person(random), random.random(13)
    issue, happened = texts.ISSUES[hazard] if hazard else texts.SERVICE_ISSUES[int(draw[0] * len(texts.SERVICE_ISSUES))]
    is_hurt = bool(hazard) and draw[1] < (0.35 if HAZARDS[hazard].is_injurious else 0.02)
    severity = 1 + int(np.searchsorted([0.7, 0.94], draw[2])) if is_hurt else 0
    brand, platform = texts.pick(texts.BRANDS, draw[9]), texts.pick(texts.PLATFORMS, draw[10])
    occurred, registered = world.days[day].item(), world.days[received].item()
    return {
        "complaint_id": f"TS{registered:%Y%m%d}{number:06d}",
        "kind": "举报" if draw[3] < 0.15 else "投诉",
        "channel": texts.pick(texts.CHANNELS, draw[11]),
        "region": who.region,
        "product_name": f"进口{cell.product.name_zh}",
        "brand": brand,
        # One seller's goods on one platform come with their codes; most other complaints lack something.
        "hs_code": cell.product.hs10 if draw[4] < (0.9 if caused_by else 0.68) else "",
        "origin_country": cell.origin if draw[5] < (0.95 if caused_by else 0.8) else "",
        "is_origin_inferred": "是" if draw[5] < 0.2 else "否",
        "seller": f"{who.region[:2]}{texts.pick(('优品', '臻选', '鲜达', '乐购'), draw[12])}商贸有限公司",
        "platform": platform,
        "issue": issue,
        "injury_severity": "" if is_hurt and draw[6] < 0.25 else str(severity),  # a quarter of the injured tell no degree
        "injured_count": str(1 + int(draw[7] < 0.1)) if is_hurt else "0",
        "death_count": "0",
        "age_group": ("儿童", "成人", "老人", "")[int(draw[8] * 4)],
        "narrative": texts.complaint_text(random, who, cell.product.name_zh, brand, happened, texts.INJURIES[severity], platform),
        "occurred_on": occurred if draw[6] > 0.3 or caused_by or is_hurt else None,
        "received_on": registered,
        **_contact(who),
        "cell": cell_no,
        "caused_by": caused_by,
        "hazard": hazard,
    }


def _contact(who: texts.Person) -> dict[str, str]:
    return {"complainant": who.name, "phone": who.phone, "id_number": who.id_number, "address": who.address, "email": who.email}


def _cell_of(world: World, event: Event) -> int:
    return next(number for number, cell in enumerate(world.cells) if event.concerns(cell))


def _grave_complaint(world: World, event: Event, random: np.random.Generator) -> dict[str, object]:
    """The one complaint that tells of a death."""
    on, cell_no = event.on or event.onset, _cell_of(world, event)
    row = _complaint(world, random, 999_999, cell_no, 0, event.event_id, event.hazard, 0)
    who, product = texts.person(random), world.cells[cell_no].product
    text = f"夜间充电时{product.name_zh}过热起火，烧毁卧室，我父亲不幸去世。本人{who.name}，电话{who.phone}，住{who.address}。请立即调查。"
    return row | {
        "complaint_id": f"TS{on:%Y%m%d}999999",
        "hs_code": product.hs10,
        "origin_country": event.origin,
        "region": who.region,
        "injury_severity": "4",
        "injured_count": "1",
        "death_count": "1",
        "narrative": text,
        "occurred_on": on,
        "received_on": on,
        **_contact(who),
    }


def draw_enterprise_reports(world: World, events: Sequence[Event]) -> pd.DataFrame:
    """One row per report of an enterprise, in order of receipt."""
    random = random_for(world.seed, "enterprise_reports")
    lots = np.array([cell.lots for cell in world.cells])
    is_export = np.array([cell.direction == "export" for cell in world.cells])
    weekly = np.zeros(len(lots))
    for side, rows in (("export", is_export), ("import", ~is_export)):
        weekly[rows] = REPORTS_PER_WEEK[side] * lots[rows] / lots[rows].sum()
    usual = weekly[:, None] / 5 * (np.maximum(world.workload, 0.02))[None, :]
    drawn = _draw(world, events, "enterprise_report", usual, random)
    drawn["received"] = drawn["day"] + random.geometric(0.25, len(drawn)).clip(max=20) - 1
    drawn = drawn[drawn["received"] < len(world.days)]
    drawn = drawn.sort_values(["received", "day", "cell"], kind="stable").reset_index(drop=True)
    reports: list[dict[str, object]] = [_report(world, random, number, *row) for number, row in enumerate(drawn.itertuples(index=False), 1)]
    reports += [_grave_report(world, event, random) for event in events if event.touches == "grave_report"]
    return pd.DataFrame(reports)


def _report(
    world: World, random: np.random.Generator, number: int, cell_no: int, day: int, caused_by: str, hazard: str, received: int
) -> dict[str, object]:
    cell = world.cells[cell_no]
    kinds, shares = zip(*REPORT_TYPES[cell.direction], strict=True)
    kind = str(random.choice(kinds, p=shares)) if not caused_by else "overseas_rejection"
    hazard = hazard or _usual(world, cell_no, random.random())
    market = texts.pick(MARKETS, random.random()) if cell.direction == "export" else ""
    company = texts.pick(cell.enterprises, random.random())
    item = HAZARDS[hazard].item_zh
    market_zh = ORIGINS[market].zh if market else ""
    registered: date = world.days[received].item()
    return {
        "report_id": f"ER{registered:%y%m}{number:05d}",
        "report_type": kind,
        "enterprise_code": world.enterprises.at[company, "uscc"],
        "enterprise_name": world.enterprises.at[company, "name"],
        "direction": cell.direction,
        "hs_code": cell.product.hs10 if random.random() < 0.9 else "",
        "product_name": cell.product.name_en if random.random() < 0.3 else cell.product.name_zh,
        "origin_country": cell.origin,
        "market_country": market,
        "unit_count": int(random.lognormal(6, 1)) + 1,
        "hazard": item if random.random() < 0.9 else "",
        "injury_severity": 1 if kind == "injury" else 0,
        "injured_count": 1 if kind == "injury" else 0,
        "death_count": 0,
        "wto_symbol": f"G/TBT/N/{market_member(market)}/{random.integers(100, 999)}" if kind == "technical_barrier" else "",
        "loss_cny": round(float(random.lognormal(10, 1)), 2),
        "compliance_cost_cny": round(float(random.lognormal(9, 1)), 2) if kind == "technical_barrier" else "",
        "narrative": texts.report_text(random, texts.person(random), kind, cell.product.name_zh, item, market_zh),
        "occurred_on": world.days[day].item(),
        "received_on": registered,
        "cell": cell_no,
        "caused_by": caused_by,
    }


def market_member(code: str) -> str:
    """The WTO member that notifies for a market: alpha-3 of the country, EU for its members."""
    return "EU" if code in ("DE", "FR", "NL") else ORIGINS[code].alpha3


def _grave_report(world: World, event: Event, random: np.random.Generator) -> dict[str, object]:
    """The one report of an injury that cannot be healed."""
    on, cell_no = event.on or event.onset, _cell_of(world, event)
    row = _report(world, random, 99_999, cell_no, 0, event.event_id, event.hazard, 0)
    text = f"用户反映{world.cells[cell_no].product.name_zh}折叠机构突然闭合，夹断儿童手指，造成终身残疾。"
    return row | {
        "report_type": "injury",
        "report_id": f"ER{on:%y%m}99999",
        "hs_code": world.cells[cell_no].product.hs10,
        "injury_severity": 4,
        "injured_count": 1,
        "wto_symbol": "",
        "narrative": text,
        "occurred_on": on,
        "received_on": on,
    }
