"""The record of a delivery in the lake, as the check stage reads and replaces it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue

_DATES = ("delivered_on", "night", "newest_received_on")


def deliveries_of(lake: Lake, source: str) -> list[Delivery]:
    """Every delivery of a source on record, in the order of delivery."""
    return [_delivery(lake.read_json("deliveries", name)) for name in lake.partitions("deliveries", source, ".json")]


def write_delivery(lake: Lake, delivery: Delivery) -> None:
    lake.write_json("deliveries", f"{delivery.source}/{delivery.delivery_id}", _plain(asdict(delivery)))


def is_taken_by(delivery: Delivery, as_of: date) -> bool:
    """Whether the night, or one before it, took the delivery in. History that no night took in is there for every night."""
    if delivery.night is not None:
        return delivery.night <= as_of
    return delivery.is_history or delivery.delivered_on < as_of


def _delivery(raw: Any) -> Delivery:
    dates = {key: date.fromisoformat(raw[key]) if raw.get(key) else None for key in _DATES}
    return Delivery(**{**raw, **dates, "issues": tuple(Issue(**issue) for issue in raw.get("issues", ()))})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
