"""Tiny rows for warehouse tests: lists of dicts become accepted partitions, which the production SQL reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from riskwarn.lake import Lake
from riskwarn.model import SERIES_COLUMNS
from riskwarn.sql import Connection

Row = dict[str, Any]
AS_OF = date(2026, 11, 21)
MONDAY = date(2026, 11, 2)

DEFAULTS: dict[str, Row] = {
    "port_inspections": {
        "direction": "import",
        "hs_code": "0901210000",
        "origin_country": "VN",
        "result": "pass",
        "selection": "random",
        "sampled_on": MONDAY,
    },
    "inspection_findings": {"item_no": "1", "item": "lead", "hazard_category": "heavy metals", "substance": "lead"},
    "declared_lots": {
        "direction": "import",
        "hs_code": "0901210000",
        "origin_country": "VN",
        "customs_district": "2201",
        "week": MONDAY,
        "lots": 1,
    },
    "consumer_complaints": {
        "kind": "complaint",
        "product_name": "coffee",
        "hs_code": "0901210000",
        "origin_country": "VN",
        "hazard_category": "foreign bodies",
    },
    "enterprise_reports": {"report_type": "defect", "product_name": "coffee", "hs_code": "0901210000", "origin_country": "VN"},
    "foreign_alerts": {
        "system": "rasff",
        "product_scheme": "RASFF",
        "product_code": "nuts",
        "origin_countries": ["TR"],
        "hazards": [{"substance": "aflatoxins", "hazard_category": "mycotoxins"}],
        "is_grave": False,
    },
    "exporter_profiles": {"hs_codes": ["9503"], "market_countries": ["EU"], "product_words": ["toys"]},
    "wto_notifications": {"area": "TBT", "symbol": "G/TBT/N/EU/1", "family": "G/TBT/N/EU/1", "hs_codes": ["9503"], "title": "Toys"},
}


def accept(lake: Lake, source: str, rows: list[Row], delivered_on: date = MONDAY, name: str = "a") -> str:
    """Writes one accepted partition; a column that no row has is missing from it. Rows are received when they happened, unless they say."""
    delivery = f"{delivered_on.isoformat()}_{name}"
    full = [_complete(source, row, delivered_on, delivery, number) for number, row in enumerate(rows, start=2)]
    columns = sorted({key for row in full for key in row})
    table = pa.Table.from_pylist([{key: row.get(key) for key in columns} for row in full])
    lake.write("accepted", f"{source}/{delivery}", lambda path: pq.write_table(table, path))
    return delivery


def _complete(source: str, row: Row, delivered_on: date, delivery: str, number: int) -> Row:
    full = DEFAULTS[source] | {"delivery_id": delivery, "file_name": f"{source}.csv", "row_no": number} | row
    happened = full.get("event_on") or full.get("sampled_on") or full.get("week") or MONDAY
    full = {"event_on": happened, "received_on": happened, "delivered_on": delivered_on, "flags": ["kept"]} | full
    if source == "foreign_alerts":
        full = {"event_key": full["reference"]} | full
    return {"known_on": max(full["received_on"], delivered_on)} | full


def weeks_after(count: int) -> date:
    return MONDAY + timedelta(weeks=count)


def series_of(con: Connection) -> pd.DataFrame:
    """core_series_week with its texts, in the order of series and week."""
    return con.execute(f"select * from core_series_week order by {', '.join((*SERIES_COLUMNS, 'week'))}").df()
