"""The deliveries of the synthetic country: history in a few big files, then a file a week, then a file a day.

Nights see what was delivered before them, so the runner drops files day by day: :func:`deliveries` plans them all,
:func:`drop` writes one into landing/ with the modification time of its delivery (20:00 in China).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from riskwarn.demo import records, styles
from riskwarn.demo.country import random_for
from riskwarn.demo.dirt import FATES, Dirt, soil_complaints, soil_inspections
from riskwarn.demo.formats import FORMATS, SUFFIXES
from riskwarn.demo.generate import Facts
from riskwarn.lake import replacing
from riskwarn.settings import TIMEZONE

REPLAY_WEEKS = 4  # Mondays that are replayed before the last seven nights
NIGHTS = 7


@dataclass(frozen=True)
class Period:
    """What was recorded up to ``last`` (after the period before it) and delivered together on ``last``."""

    number: int
    last: date
    kind: str  # history | weekly | daily


@dataclass(frozen=True)
class Drop:
    """One landing file. ``delivered_on`` is its date; ``dirt`` what was planted in it."""

    source: str
    name: str
    delivered_on: date
    is_history: bool
    shape: str  # a key of FORMATS
    frame: pd.DataFrame
    dirt: tuple[Dirt, ...] = field(default=())


def periods(end: date) -> tuple[Period, ...]:
    """History up to the week before the replay, a Sunday file for each Monday and for the first night, then a file a day."""
    last_monday = end - timedelta(days=1)
    last_monday -= timedelta(days=last_monday.weekday())
    before = last_monday - timedelta(weeks=REPLAY_WEEKS, days=8)
    found = [Period(0, before, "history")]
    for week in range(REPLAY_WEEKS + 1):
        found.append(Period(len(found), before + timedelta(weeks=week + 1), "weekly"))
    while found[-1].last < end - timedelta(days=1):
        found.append(Period(len(found), found[-1].last + timedelta(days=1), "daily"))
    return tuple(found)


def replay_mondays(end: date) -> tuple[date, ...]:
    """The Mondays replayed before the last seven nights."""
    return tuple(p.last + timedelta(days=1) for p in periods(end) if p.kind == "weekly")[:-1]


def last_nights(end: date) -> tuple[date, ...]:
    return tuple(end - timedelta(days=ago) for ago in reversed(range(NIGHTS)))


def deliveries(facts: Facts) -> list[Drop]:
    """Every delivery in order of date, source and name."""
    drops = [
        drop for make in (_inspections, _findings, _declared, _complaints, _reports, _alerts, _recalls, _documents) for drop in make(facts)
    ]
    return sorted(drops, key=lambda drop: (drop.delivered_on, drop.source, drop.name))


def drop(landing: Path, one: Drop) -> Path:
    """Writes the file with the time stamp of its delivery."""
    path = landing / one.source / one.name
    with replacing(path) as aside:
        aside.write_bytes(FORMATS[one.shape](one.frame))
    delivered_at = datetime.combine(one.delivered_on, time(20), TIMEZONE).timestamp()
    os.utime(path, (delivered_at, delivered_at))
    return path


def _by_period(facts: Facts, frame: pd.DataFrame, kept: Callable[[Period], bool] = lambda _: True) -> Iterator[tuple[Period, pd.DataFrame]]:
    """The newest version of each record in each period; a period that is not kept goes with the next one that is."""
    chosen = [period for period in periods(facts.world.end) if kept(period)]
    at = np.searchsorted([np.datetime64(p.last) for p in chosen], frame["known"].to_numpy().astype("datetime64[D]"))
    for number, period in enumerate(chosen):
        part = frame[at == number].sort_values(["known", "key"], kind="stable")
        part = part.drop_duplicates("key", keep="last").reset_index(drop=True)
        if len(part):
            yield period, part


def _random(facts: Facts, source: str, period: Period) -> np.random.Generator:
    return random_for(facts.world.seed, "dirt", source, str(period.number))


def _drop(source: str, stem: str, period: Period, shape: str, frame: pd.DataFrame, planted: dict[str, int] | None = None) -> Drop:
    name = stem + SUFFIXES.get(shape, ".csv")
    dirt = tuple(Dirt(source, name, kind, rows, FATES[kind]) for kind, rows in (planted or {}).items() if rows)
    return Drop(source, name, period.last, period.kind == "history", shape, frame, dirt)


def _history_parts(period: Period, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """History comes in three files by year of record; any other delivery is one file."""
    if period.kind != "history":
        return [frame]
    newest = period.last.year
    year = frame["known"].dt.year.clip(lower=newest - 2)
    return [frame[year == one].reset_index(drop=True) for one in (newest - 2, newest - 1, newest)]


def _inspections(facts: Facts) -> Iterator[Drop]:
    source = "port_inspections"
    for period, frame in _by_period(facts, records.inspection_records(facts)):
        random = _random(facts, source, period)
        for part_no, part in enumerate(_history_parts(period, frame)):
            shape = (
                ("gb18030", "utf-8-bom", "csv.gz")[part_no]
                if period.kind == "history"
                else ("gb18030", "xlsx", "utf-8-bom")[period.number % 3]
            )
            soiled, planted = soil_inspections(part, period.last, 0.0003, random)
            styled = styles.inspections(soiled, (period.number + part_no) % 3, shape == "xlsx")
            stem = f"口岸检验_历史{part_no + 1}" if period.kind == "history" else f"口岸检验_{period.last:%Y%m%d}"
            one = _drop(source, stem, period, shape, styled, planted)
            yield one
            if period.number == 3:
                yield _sent_again(one)


def _sent_again(first: Drop) -> Drop:
    """The whole file again the next day, one value corrected: only that row is new."""
    frame = first.frame.copy()
    row = int(np.flatnonzero(frame["检验结果"] == "合格")[0])
    frame["货值"] = frame["货值"].astype(float) + np.where(frame.index == row, 1000.0, 0.0)
    name = f"更正_{first.name}"
    quarantined = sum(d.rows for d in first.dirt if d.fate == "quarantined")
    dirt = [Dirt(first.source, name, d.kind, d.rows, d.fate) for d in first.dirt if d.fate == "quarantined"]
    dirt.append(Dirt(first.source, name, "sent_again", len(frame) - 1 - quarantined, FATES["sent_again"]))
    return Drop(first.source, name, first.delivered_on + timedelta(days=1), False, first.shape, frame, tuple(dirt))


def _findings(facts: Facts) -> Iterator[Drop]:
    source = "inspection_findings"
    for period, frame in _by_period(facts, records.finding_records(facts)):
        styled = styles.findings(frame, 0)
        if period.number == 4:
            styled["instrument"] = "LC-MS/MS"  # a column nobody announced
            yield _drop(source, f"findings_{period.last:%Y%m%d}", period, "utf-8", styled, {"unknown_column": len(styled)})
        else:
            stem = "findings_history" if period.kind == "history" else f"findings_{period.last:%Y%m%d}"
            yield _drop(source, stem, period, "utf-8", styled)


def _declared(facts: Facts) -> Iterator[Drop]:
    """A file every Friday, also in the weeks of which other sources send theirs on Sunday."""
    source = "declared_lots"
    for period, frame in _by_period(facts, records.declared_records(facts), lambda p: p.kind != "daily" or p.last.weekday() == 4):
        styled = styles.declared(frame, 0)
        if period.kind == "history":
            yield _drop(source, "declared_history", period, "parquet", styled)
        else:
            friday = period.last - timedelta(days=(period.last.weekday() - 4) % 7)
            yield Drop(source, f"declared_{friday:%Y%m%d}.csv", friday, False, "utf-8", styled)


def _complaints(facts: Facts) -> Iterator[Drop]:
    source = "consumer_complaints"
    for period, frame in _by_period(facts, records.complaint_records(facts)):
        random = _random(facts, source, period)
        for part_no, part in enumerate(_history_parts(period, frame)):
            shape = "gb18030" if (period.number + part_no) % 3 == 0 else "xlsx" if period.number % 3 == 1 else "utf-8-bom"
            soiled, planted = soil_complaints(part, period.last, 0.0005, random)
            styled = styles.complaints(soiled, (period.number + part_no) % 3, shape == "xlsx")
            stem = f"投诉举报_历史{part_no + 1}" if period.kind == "history" else f"投诉举报_{period.last:%Y%m%d}"
            one = _drop(source, stem, period, shape, styled, planted)
            if period.kind == "daily" and period.last.weekday() == 1:  # Tuesday's file comes a day late
                one = Drop(source, one.name, period.last + timedelta(days=1), False, shape, styled, one.dirt)
            yield one
            if period.number == 3:
                yield _sent_twice(one)


def _sent_twice(first: Drop) -> Drop:
    """The same bytes under another name."""
    name = f"副本_{first.name}"
    dirt = (Dirt(first.source, name, "sent_twice", len(first.frame), FATES["sent_twice"]),)
    return Drop(first.source, name, first.delivered_on, False, first.shape, first.frame, dirt)


def _reports(facts: Facts) -> Iterator[Drop]:
    """Weekly, and twice in the last week. One weekly file lacks a column; the complete one comes four days later."""
    source = "enterprise_reports"
    for period, frame in _by_period(facts, records.report_records(facts), lambda p: p.kind != "daily" or p.last.weekday() in (2, 5)):
        styled = styles.reports(frame, period.number % 3)
        stem = "enterprise_history" if period.kind == "history" else f"enterprise_{period.last:%Y%m%d}"
        if period.number != 2:
            yield _drop(source, stem, period, "utf-8", styled)
            continue
        yield _drop(source, stem, period, "utf-8", styled.drop(columns="report_type"), {"missing_column": len(styled)})
        yield Drop(source, f"{stem}_complete.csv", period.last + timedelta(days=4), False, "utf-8", styled)


def _alerts(facts: Facts) -> Iterator[Drop]:
    """The RASFF portal's spreadsheet columns; one row of one file carries a date that is none."""
    source = "foreign_alerts"
    for period, frame in _by_period(facts, records.alert_records(facts.notifications, "Reference")):
        styled = frame.drop(columns=["on", "cell", "caused_by", "key", "known"])
        planted = {}
        if period.number == 4:
            odd = styled.iloc[[0]].assign(**{"Date of Case": "Someday 2026", "Reference": "2026.99999"})
            styled, planted = pd.concat([styled, odd], ignore_index=True), {"unreadable_date": 1}
        stem = "rasff_history" if period.kind == "history" else f"rasff_{period.last:%Y%m%d}"
        yield _drop(source, stem, period, "utf-8-bom", styled, planted)


def _recalls(facts: Facts) -> Iterator[Drop]:
    for period, frame in _by_period(facts, records.alert_records(facts.recalls, "recall_number")):
        stem = "openfda_history" if period.kind == "history" else f"openfda_{period.last:%Y%m%d}"
        yield _drop("foreign_alerts", stem, period, "jsonl", frame.drop(columns=["on", "key", "known"]))


def _documents(facts: Facts) -> Iterator[Drop]:
    """The WTO's documents as ePing's spreadsheet has them, weekly and twice in the last week; the exporters' profiles once."""
    for period, frame in _by_period(facts, facts.documents, lambda p: p.kind != "daily" or p.last.weekday() in (2, 5)):
        stem = "eping_history" if period.kind == "history" else f"eping_{period.last:%Y%m%d}"
        yield _drop("wto_notifications", stem, period, "xlsx", frame.drop(columns=["key", "known"]))
    yield _drop("exporter_profiles", "出口企业档案", periods(facts.world.end)[0], "xlsx", facts.profiles)
