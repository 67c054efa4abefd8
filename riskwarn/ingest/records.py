"""Delivery records: lake/deliveries/<source>/<delivery_id>.json, written last, so that a crash before it leaves the file untaken."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue

TABLE = "deliveries"
SEEN = "landing_seen"


def to_json(delivery: Delivery) -> dict[str, Any]:
    """The record as JSON values; dates as ISO text."""
    values = asdict(delivery)
    values["issues"] = list(values["issues"])
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def from_json(values: dict[str, Any]) -> Delivery:
    """The record read back; fields of a later version are ignored."""
    known = {field.name: values[field.name] for field in fields(Delivery) if field.name in values}
    for name in ("delivered_on", "night", "newest_received_on"):
        if known.get(name) is not None:
            known[name] = date.fromisoformat(known[name])
    known["issues"] = tuple(Issue(**issue) for issue in known.get("issues", ()))
    return Delivery(**known)


def read_all(lake: Lake, source: str) -> list[Delivery]:
    """Every delivery of a source, oldest first."""
    return [from_json(lake.read_json(TABLE, partition)) for partition in lake.partitions(TABLE, source, ".json")]


def write(lake: Lake, delivery: Delivery) -> None:
    lake.write_json(TABLE, f"{delivery.source}/{delivery.delivery_id}", to_json(delivery))


def new_id(taken: set[str], delivered_on: date, sha256: str) -> str:
    """``<delivered_on>_<sha256[:12]>``; the same bytes dropped again the same day under another name get ``-2``, ``-3`` ..."""
    base = f"{delivered_on.isoformat()}_{sha256[:12]}"
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)


def read_seen(lake: Lake, source: str) -> dict[str, str]:
    """Stamps of landing files that are on record: file name -> stamp. Only saves hashing; losing it costs time, nothing else."""
    return dict(lake.read_json(SEEN, source) or {})


def write_seen(lake: Lake, source: str, stamps: dict[str, str]) -> None:
    lake.write_json(SEEN, source, stamps)
