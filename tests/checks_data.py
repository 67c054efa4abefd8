"""Typed partitions as ingest leaves them, made of tiny dicts; shared by the tests of the check stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from riskwarn.checks.records import write_delivery
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.places import WAREHOUSE
from riskwarn.sql import quote_identifier, quote_literal

HELPERS = {"reasons": "text[]", "is_duplicate": "boolean", "row_json": "text"}

GOOD: dict[str, dict[str, Any]] = {
    "port_inspections": {
        "direction": "import", "hs_code": "0901210000", "origin_country": "VN", "result": "pass", "selection": "random",
        "quantity": 10.0, "quantity_unit": "kg", "value_amount": 99.5, "currency": "USD", "inspection_place": "port",
    },
    "inspection_findings": {"item_no": "1", "item": "lead", "measured_value": "0.3", "limit_value": "0.1", "unit": "mg/kg"},
    "declared_lots": {"direction": "import", "hs_code": "0901", "origin_country": "VN", "customs_district": "2200", "lots": 7},
    "consumer_complaints": {"kind": "complaint", "product_name": "kettle", "narrative": "the handle came off", "origin_country": "unknown"},
    "enterprise_reports": {"report_type": "recall", "product_name": "kettle", "hs_code": "8516", "origin_country": "CN"},
    "foreign_alerts": {
        "system": "rasff", "origin_countries": ["IN"], "product_scheme": "RASFF", "product_code": "nuts",
        "hs4": "unknown", "hs2": "unknown",
        "hazards": [{"substance": "ethylene oxide", "hazard_category": "pesticide"}], "is_grave": False, "notifying_country": "BE",
        "url": "https://example.org/1",
    },
    "exporter_profiles": {"hs_codes": ["9503"], "market_countries": ["EU"], "product_words": ["toys"]},
    "wto_notifications": {"area": "TBT", "symbol": "G/TBT/N/EU/1", "symbol_form": "notification", "title": "Toys", "hs_codes": ["9503"]},
}  # fmt: skip
EVENT = {"port_inspections": "sampled_on", "inspection_findings": "resulted_on", "declared_lots": "week"}
KEY = {
    "port_inspections": "inspection_id", "inspection_findings": "inspection_id", "consumer_complaints": "complaint_id",
    "enterprise_reports": "report_id", "foreign_alerts": "reference", "wto_notifications": "notification_id",
    "exporter_profiles": "enterprise_code",
}  # fmt: skip


def columns_of(source: str) -> dict[str, str]:
    """The columns of a typed partition and their types, as the staging contract declares them."""
    text = (WAREHOUSE / "10_staging" / f"stg_{source}.sql").read_text(encoding="utf-8")
    start = text.index("create or replace temp table contract_")
    with duckdb.connect() as con:
        con.execute(text[start : text.index(");", start) + 2])
        return {name: kind for name, kind, *_ in con.execute(f"describe contract_{source}").fetchall()} | HELPERS


def good_row(source: str, number: int, received: date, delivery: Delivery) -> dict[str, Any]:
    """A row that no expectation objects to."""
    event = received - timedelta(days=received.weekday()) if source == "declared_lots" else received
    row = {
        **GOOD[source], "delivery_id": delivery.delivery_id, "file_name": delivery.file_name, "row_no": number + 2,
        "event_on": event, "received_on": received, "delivered_on": delivery.delivered_on,
        "known_on": received if delivery.is_history else max(received, delivery.delivered_on),
        "flags": [], "reasons": [], "is_duplicate": False, "row_json": None,
    }  # fmt: skip
    if source in EVENT:
        row[EVENT[source]] = event
    if source in KEY:
        row[KEY[source]] = f"{delivery.delivered_on:%y%m%d}-{number}"
    if source == "foreign_alerts":
        row["event_key"] = row["reference"]
    return row


def deliver(
    lake: Lake,
    source: str,
    delivered: date,
    rows: int | Sequence[Mapping[str, Any]] = 3,
    *,
    received: date | None = None,
    night: date | None = None,
    history: bool = False,
    tag: str = "a",
    rename: Mapping[str, str] | None = None,
) -> Delivery:
    """Leaves one delivery in the lake as ingest does. ``rows``: how many good ones, or what differs from a good row in each."""
    delivery = Delivery(
        delivery_id=f"{delivered.isoformat()}_{tag:0<12}", source=source, file_name=f"{source}-{tag}.csv", sha256="0" * 64, size_bytes=1,
        delivered_on=delivered, is_history=history, night=None if history else night or delivered + timedelta(days=1),
    )  # fmt: skip
    changes: Sequence[Mapping[str, Any]] = [{}] * rows if isinstance(rows, int) else rows
    made = [{**good_row(source, n, received or delivered, delivery), **change} for n, change in enumerate(changes)]
    write_typed(lake, delivery, made, rename or {})
    write_delivery(lake, delivery)
    return delivery


def write_typed(lake: Lake, delivery: Delivery, rows: Sequence[Mapping[str, Any]], rename: Mapping[str, str]) -> None:
    columns = columns_of(delivery.source)
    with duckdb.connect() as con:
        fields = ", ".join(f"{quote_identifier(name)} {kind}" for name, kind in columns.items())
        con.execute(f"create table typed ({fields})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            con.executemany(f"insert into typed values ({marks})", [[row.get(name) for name in columns] for row in rows])
        for old, new in rename.items():
            con.execute(f"alter table typed rename {quote_identifier(old)} to {quote_identifier(new)}")
        target = lake.path("typed", f"{delivery.source}/{delivery.delivery_id}")
        target.parent.mkdir(parents=True, exist_ok=True)
        con.execute(f"copy typed to {quote_literal(str(target))} (format parquet)")
