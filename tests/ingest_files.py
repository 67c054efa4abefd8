"""Small deliveries for the tests of ingest: rows as dicts, written in every format, taken in by the production function."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from riskwarn.ingest.intake import take_in
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings

TODAY = date(2026, 11, 21)
Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Drop:
    """A home with a landing folder for one source."""

    settings: Settings
    source: str = "port_inspections"

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake)

    @property
    def folder(self) -> Path:
        folder = self.settings.landing / self.source
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def put(self, name: str, content: bytes, day: date = TODAY) -> Path:
        """A file that was dropped at noon (China) of ``day``."""
        path = self.folder / name
        path.write_bytes(content)
        stamp = datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp()
        os.utime(path, (stamp, stamp))
        return path

    def take(self, today: date = TODAY, *, night: date | None = None, history: bool = False) -> list[Delivery]:
        return take_in(self.settings, self.lake, self.source, today=today, night=night, history=history)

    def take_one(self, name: str, content: bytes, today: date = TODAY) -> Delivery:
        self.put(name, content, today)
        (delivery,) = self.take(today)
        return delivery

    def rows(self, delivery: Delivery) -> list[dict[str, Any]]:
        """The typed rows of a delivery, in order of row_no."""
        path = self.lake.path("typed", f"{delivery.source}/{delivery.delivery_id}")
        found = duckdb.connect().execute("select * from read_parquet($1) order by row_no", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    def accept(self, delivery: Delivery) -> None:
        """What the check stage does to a delivery that has nothing wrong: its sound rows become accepted."""
        from dataclasses import replace

        from riskwarn.ingest import records

        typed = self.lake.path("typed", f"{delivery.source}/{delivery.delivery_id}")
        accepted = self.lake.path("accepted", f"{delivery.source}/{delivery.delivery_id}")
        accepted.parent.mkdir(parents=True, exist_ok=True)
        query = f"select * exclude (reasons, is_duplicate, row_json) from '{typed}' where len(reasons) = 0 and not is_duplicate"
        duckdb.connect().execute(f"copy ({query}) to '{accepted}'")
        records.write(self.lake, replace(delivery, state="checked"))


def inspection(number: int = 1, **changes: str | None) -> dict[str, str | None]:
    """One sound row of port_inspections."""
    row: dict[str, str | None] = {
        "inspection_id": f"CIQ{number:06}",
        "direction": "import",
        "hs_code": "0901210000",
        "origin_country": "VN",
        "result": "pass",
        "sampled_on": "2026-11-02",
        "product_name": "烘焙咖啡",
    }
    return {**row, **changes}


def complaint(number: int = 1, **changes: str | None) -> dict[str, str | None]:
    """One sound row of consumer_complaints."""
    row: dict[str, str | None] = {"complaint_id": f"T{number:06}", "product_name": "电热水壶", "received_on": "2026-11-03"}
    return {**row, **changes}


def as_csv(rows: Sequence[Row], *, encoding: str = "utf-8", delimiter: str = ",", line_end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_jsonl(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_json(rows: Sequence[Row]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()


def as_xlsx(rows: Sequence[Row], *, title: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    names = list(dict.fromkeys(name for row in rows for name in row))
    if title:
        sheet.append([title])
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_parquet(rows: Sequence[Row]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), out)
    return out.getvalue()


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
