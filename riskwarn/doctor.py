"""`riskwarn doctor`: looks at a home and says what is wrong with it and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from riskwarn import warehouse
from riskwarn.cases import audit, open_store
from riskwarn.lake import Lake
from riskwarn.report import newest_report
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.text import Lang, translator

LOW_DISK_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``message`` is a message id, filled with ``values``."""

    is_ok: bool
    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        return translator(lang)(self.message).format(**self.values)


def examine(settings: Settings) -> list[Finding]:
    """All findings, in a fixed order; nothing is changed."""
    lake = Lake(settings.lake)
    return [*_disk(settings), *_deliveries(lake), *_leftovers(lake), *_published(settings), *_cases(settings), *_newest(settings)]


def expire_raw(settings: Settings, today: date) -> int:
    """Removes raw files delivered more than ``keep_raw_days`` ago (they may hold personal data); returns how many."""
    oldest = (today - timedelta(days=settings.keep_raw_days)).isoformat()
    removed = 0
    for path in sorted((settings.lake / "raw").glob("*/*")):
        if path.is_file() and path.name[:10] < oldest:
            path.unlink()
            removed += 1
    return removed


def _disk(settings: Settings) -> Iterator[Finding]:
    if not settings.home.is_dir():
        yield Finding(False, "no home at {home}: drop files into {home}/landing/<source>/ and run `riskwarn run`", {"home": settings.home})
        return
    free = shutil.disk_usage(settings.home).free
    yield Finding(free >= LOW_DISK_BYTES, "{free:.1f} GB free for {home}", {"free": free / 1024**3, "home": settings.home})
    is_writable = os.access(settings.home, os.W_OK)
    yield Finding(is_writable, "{home} can be written to" if is_writable else "{home} cannot be written to", {"home": settings.home})


def _deliveries(lake: Lake) -> Iterator[Finding]:
    for source in all_sources():
        records = [lake.read_json("deliveries", p) for p in lake.partitions("deliveries", source, ".json")]
        if not records:
            continue
        checked = [r for r in records if r["state"] == "checked"]
        off = [r["file_name"] for r in checked if r["read"] != r["accepted"] + r["quarantined"] + r["duplicates"]]
        values = {"source": source, "files": len(records), "rows": sum(r["read"] for r in checked), "names": ", ".join(off)}
        if off:
            yield Finding(False, "{source}: counts do not add up in {names}", values)
        elif len(checked) < len(records):
            values["waiting"] = len(records) - len(checked)
            yield Finding(False, "{source}: {waiting} files wait for their check: run `riskwarn run --as-of DATE`", values)
        else:
            yield Finding(True, "{source}: {files} files, {rows} rows, counts add up", values)


def _leftovers(lake: Lake) -> Iterator[Finding]:
    parts = sorted(lake.root.rglob(".*.part")) if lake.root.is_dir() else []
    if parts:
        yield Finding(
            False,
            "{count} half-written files of a killed run, e.g. {name}; they may be removed",
            {"count": len(parts), "name": parts[0].name},
        )


def _published(settings: Settings) -> Iterator[Finding]:
    if not settings.warehouse.is_symlink():
        yield Finding(False, "no night is published yet: run `riskwarn run --as-of DATE`")
        return
    try:
        with warehouse.open_published(settings) as con:
            count = con.table("mart_warnings").shape[0]
        yield Finding(True, "published: {name}, {count} warnings", {"name": settings.warehouse.resolve().name, "count": count})
    except (duckdb.Error, OSError) as error:
        yield Finding(False, "the published night cannot be read: {error}", {"error": error})


def _cases(settings: Settings) -> Iterator[Finding]:
    try:
        with open_store(settings) as store:
            name = store.engine.dialect.name
            with store.engine.connect() as con:
                breaks, (entries, newest) = audit.verify(con), audit.head_of(con)
        yield Finding(True, "case store ({name}) can be reached", {"name": name})
        if breaks:
            yield Finding(False, "the audit trail is broken: {breaks}; restore a backup and compare", {"breaks": "; ".join(breaks[:5])})
        else:
            yield Finding(True, "audit trail whole: {entries} entries, newest {hash}", {"entries": entries, "hash": newest})
    except SQLAlchemyError as error:
        yield Finding(False, "the case store cannot be reached: {error}", {"error": type(error).__name__})


def _newest(settings: Settings) -> Iterator[Finding]:
    report = newest_report(settings)
    if report is not None:
        bad = ", ".join(f"{name} {part['verdict']}" for name, part in report.sources.items() if part["verdict"] != "ok") or report.error
        values = {"night": report.as_of, "outcome": report.outcome, "bad": bad}
        yield Finding(
            report.outcome == "done", "newest night {night}: {outcome}" if not bad else "newest night {night}: {outcome} ({bad})", values
        )
