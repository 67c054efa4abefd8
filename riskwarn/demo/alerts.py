"""Foreign alerts: European notifications in the columns of the RASFF portal's spreadsheet, and recalls in the fields of openFDA."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from riskwarn.demo import products as goods
from riskwarn.demo.country import ORIGINS, World, random_for
from riskwarn.demo.events import Event
from riskwarn.demo.hazards import HAZARDS
from riskwarn.frames import records
from riskwarn.model import ALL

RASFF_PER_WEEK = 46.0
RECALLS_PER_WEEK = 5.0
NOTIFIERS = ("Germany", "Netherlands", "Italy", "France", "Poland", "Spain", "Belgium", "Denmark", "Sweden", "Finland")
ATTENTION = {goods.NUTS: 4.0, goods.FRUIT: 1.5, goods.SPICES: 2.0, goods.POULTRY: 2.0, goods.CONTACT: 1.5, goods.DIET: 1.5}
RECALL_REASONS = (
    ("undeclared milk", "Class II"), ("undeclared peanuts", "Class II"), ("potential contamination with Salmonella", "Class II"),
    ("elevated levels of lead", "Class II"), ("foreign material, pieces of plastic", "Class II"), ("mislabeled product", "Class III"),
    ("Listeria monocytogenes found in the product; one person died", "Class I"),
)  # fmt: skip
REASON_SHARES = (0.25, 0.17, 0.2, 0.13, 0.15, 0.095, 0.005)


def draw_notifications(world: World, events: Sequence[Event]) -> pd.DataFrame:
    """One row per RASFF notification, oldest first: category, origin, hazard key ("" where none is named), the day, the product."""
    random = random_for(world.seed, "notifications")
    cells = [number for number, cell in enumerate(world.cells) if cell.product.category]
    weight = np.array([ATTENTION.get(world.cells[c].product.category, 1.0) * world.cells[c].lots ** 0.5 for c in cells])
    weekdays = np.array([day.item().weekday() < 5 for day in world.days], dtype=float)
    usual = RASFF_PER_WEEK * (weight / weight.sum())[:, None] / 5 * weekdays[None, :]
    parts = [_unfold(random, cells, usual, "", "")]
    for event in events:
        if event.touches == "foreign_alert":
            hit = np.array([_concerns(world, event, number) for number in cells], dtype=float)
            parts.append(_unfold(random, cells, usual * hit[:, None] * (event.factor(world.days) - 1), event.event_id, event.hazard))
    drawn = pd.concat(parts, ignore_index=True).sort_values(["day", "cell"], kind="stable").reset_index(drop=True)
    return _spelled(world, drawn, random)


def _concerns(world: World, event: Event, number: int) -> bool:
    cell = world.cells[number]
    return (cell.direction, cell.product.category, cell.origin) == (event.direction, event.product_code, event.origin)


def _unfold(random: np.random.Generator, cells: list[int], mean: np.ndarray, event_id: str, hazard: str) -> pd.DataFrame:
    counts = random.poisson(mean)
    cell, day = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    return pd.DataFrame({"cell": np.array(cells)[cell], "day": day, "caused_by": event_id, "hazard": hazard})


def _spelled(world: World, drawn: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    rows = []
    for number, (cell_no, day, caused_by, hazard) in enumerate(drawn.itertuples(index=False), 1):
        cell, draw = world.cells[cell_no], random.random(5)
        named = hazard or ("" if draw[0] < 0.15 else _usual_hazard(cell.product.hazards, draw[1]))
        alert = HAZARDS[named].alert if named else ""
        again = alert and draw[2] < 0.06  # a second substance of the same category, as in real notifications
        on = world.days[day].item()
        category = cell.product.category
        rows.append(
            {
                "Date of Case": f"{on:%b} {on.day}, {on.year}",
                "Reference": f"{on.year}.{number:05d}",
                "Notification From": NOTIFIERS[int(random.integers(len(NOTIFIERS)))],
                "Country Origin": _origin_text(cell.origin, draw[3]),
                "Product": cell.product.name_en,
                "Product Category": category.lower() if draw[4] < 0.1 else category,
                "Hazard Substance": f"{alert}; {alert}" if again else alert,
                "Hazard Category": "; ".join([alert.rsplit(" - ", 1)[1].capitalize()] * (2 if again else 1)) if alert else "",
                "on": on,
                "cell": cell_no,
                "caused_by": caused_by,
            }
        )
    return pd.DataFrame(rows)


def _origin_text(code: str, draw: float) -> str:
    origin = ORIGINS[code]
    return "Netherlands, " + origin.rasff if draw < 0.03 and code != "NL" else origin.en if draw < 0.1 else origin.rasff


def _usual_hazard(hazards: tuple[tuple[str, float], ...], draw: float) -> str:
    names, weights = zip(*hazards, strict=True)
    return str(names[int(np.searchsorted(np.cumsum(weights), draw).clip(max=len(names) - 1))])


def draw_recalls(world: World) -> pd.DataFrame:
    """One row per recall in openFDA's field names; one event may have two recall numbers. ``on`` is the report date."""
    random = random_for(world.seed, "recalls")
    foods = [product for product in goods.PRODUCTS if product.is_food]
    weekly = [day for day in range(2, len(world.days), 7) for _ in range(random.poisson(RECALLS_PER_WEEK))]
    rows: list[dict[str, object]] = []
    for event_no, day in enumerate(weekly, 60_001):
        product = foods[int(random.integers(len(foods)))]
        origin = ORIGINS[product.origins[int(random.integers(len(product.origins)))][0]].en
        reason, grade = RECALL_REASONS[int(random.choice(len(RECALL_REASONS), p=REASON_SHARES))]
        on = world.days[day].item()
        begun = world.days[max(0, day - int(random.integers(7, 35)))].item()
        for part in range(1 + int(random.random() < 0.2)):
            rows.append(
                {
                    "recall_number": f"F-{len(rows) + 1:05d}-{on.year}",
                    "event_id": str(event_no),
                    "status": "Ongoing",
                    "product_type": "Food",
                    "classification": grade,
                    "recalling_firm": f"Example Foods {random.integers(1, 90)} Inc",
                    "country": "United States",
                    "state": str(random.choice(["CA", "NY", "TX", "WA"])),
                    "product_description": f"{product.name_en}, product of {origin}, lot {random.integers(1000, 9999)}-{part}",
                    "reason_for_recall": f"The product is recalled for {reason}.",
                    "recall_initiation_date": f"{begun:%Y%m%d}",
                    "center_classification_date": f"{on:%Y%m%d}",
                    "report_date": f"{on:%Y%m%d}",
                    "distribution_pattern": "Nationwide",
                    "product_quantity": f"{random.integers(10, 5000)} cases",
                    "code_info": "",
                    "voluntary_mandated": "Voluntary: Firm Initiated",
                    "on": on,
                }
            )
    return pd.DataFrame(rows)


def grave_recalls(world: World, recalls: pd.DataFrame, weeks: int = 11) -> tuple[Event, ...]:
    """Recalls of the newest weeks that name a death, as events: a rule raises each of them at once, so they belong to the truth.

    They begin in the week in which the recall began and become known with its report, weeks later.
    """
    grave = recalls[recalls["reason_for_recall"].str.contains("died") & (recalls["on"] >= world.end - timedelta(weeks=weeks))]
    events = []
    for row in records(grave.drop_duplicates("event_id")):
        begun = date.fromisoformat(f"{row['recall_initiation_date']:0>8}")
        onset = begun - timedelta(days=begun.weekday())
        notes = ("A recall abroad after a death", "境外因死亡事件召回")
        events.append(
            Event(f"R{row['event_id']}", "grave_recall", "grave_alert", "import", ALL, ALL, "", onset, row["on"], 1.0, *notes, on=row["on"])
        )
    return tuple(events)
