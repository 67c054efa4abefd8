"""A small made-up world for tests of the whole line: foreign alerts and port inspections, with one planted event each."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from riskwarn.settings import TIMEZONE

RASFF = (
    "Date of Case",
    "Reference",
    "Notification From",
    "Country Origin",
    "Product",
    "Product Category",
    "Hazard Substance",
    "Hazard Category",
)
INSPECTION = ("inspection_id", "direction", "hs_code", "product_name", "origin_country", "result", "selection", "sampled_on", "resulted_on")
FIRST = date(2025, 1, 6)
BURST = date(2025, 12, 1)  # first day of both planted events


def drop(folder: Path, name: str, headings: Iterable[str], rows: Iterable[Iterable[object]], delivered: date) -> Path:
    """Writes a CSV file into a drop zone as if it had come at eight in the evening of ``delivered`` in China."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(headings)
        writer.writerows(rows)
    stamp(path, delivered)
    return path


def stamp(path: Path, delivered: date) -> None:
    instant = datetime.combine(delivered, time(20), TIMEZONE).timestamp()
    os.utime(path, (instant, instant))


def alerts(first: date, last: date, seed: int = 1) -> list[list[object]]:
    """Alerts of quiet origins, and from BURST on two a day on sesame seeds from India."""
    rng = np.random.default_rng(seed)
    rows: list[list[object]] = []
    for day in range((last - first).days + 1):
        on = first + timedelta(days=day)
        quiet = rng.poisson(1.0)
        rows += [alert(on, n, ("Türkiye", "Poland", "China")[rng.integers(3)], "Fruits and vegetables", "Mycotoxins") for n in range(quiet)]
        if on >= BURST:
            rows += [alert(on, 50 + n, "India", "Nuts, nut products and seeds", "Pesticide residues") for n in range(2)]
    return rows


def alert(on: date, number: int, origin: str, category: str, hazard: str) -> list[object]:
    substance = f"Something - {hazard.lower()}"
    return [f"{on:%b} {on.day}, {on.year}", f"{on.year}.{on:%j}{number:02d}", "Germany", origin, "goods", category, substance, hazard]


def inspections(first: date, last: date, seed: int = 2) -> list[list[object]]:
    """Ten lots a day of toys from two origins, 2% failing; from BURST on 40% of those from Viet Nam fail."""
    rng = np.random.default_rng(seed)
    rows: list[list[object]] = []
    for day in range((last - first).days + 1):
        on = first + timedelta(days=day)
        for n in range(10):
            origin = "VN" if n < 4 else "TH"
            fails = rng.random() < (0.4 if origin == "VN" and on >= BURST else 0.02)
            result = "fail" if fails else "pass"
            rows.append([f"I{on:%Y%m%d}{n:02d}", "import", "9503002100", "toy", origin, result, "random", on, on])
    return rows


def drop_history(landing: Path, last: date) -> None:
    """Everything up to ``last`` as two files, delivered then."""
    drop(landing / "foreign_alerts", "alerts.csv", RASFF, alerts(FIRST, last), last)
    drop(landing / "port_inspections", "lots.csv", INSPECTION, inspections(FIRST, last), last)
