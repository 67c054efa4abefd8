"""Backup and restore: the whole case store with its attachments as one file, the same from SQLite and from PostgreSQL.

A ZIP archive: ``tables/<name>.jsonl`` (one row a line, dates and instants in ISO form), ``attachments/<sha256>`` and ``manifest.json``: the
revision of the tables, the end of the audit trail, and rows and SHA-256 of every part. The manifest's own SHA-256 is the digest of the
backup: keep it elsewhere, and a backup that was changed shows.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from riskwarn.cases import audit
from riskwarn.cases.attachments import keep_content, read_attachment
from riskwarn.cases.errors import BackupBroken, StoreNotEmpty
from riskwarn.cases.opening import upgrade
from riskwarn.cases.schema import metadata
from riskwarn.cases.work_tables import attachment

FORMAT = 1
# Filled in by the migrations themselves: replaced by what the backup holds.
PREFILLED = ("audit_head",)
# Who is signed in at the moment, or was about to be, is nobody's work: a restored store must not sign anybody in again.
LEFT_OUT = ("web_session", "sign_in_attempt", "kept_form")


@dataclass(frozen=True)
class Summary:
    """What a backup holds; ``digest`` is the SHA-256 of its manifest."""

    digest: str
    rows: int
    attachments: int
    audit_entries: int


def write_backup(engine: Engine, attachments: Path, file: Path) -> Summary:
    """Writes the backup, aside and then renamed, readable by its owner only; a file of this name is replaced."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive, engine.begin() as con:
            audit.lock(con)  # nobody writes while it is read
            summary = _write(con, attachments, archive)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return summary


def _write(con: Connection, attachments: Path, archive: zipfile.ZipFile) -> Summary:
    parts: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        query = sa.select(table).order_by(*table.primary_key.columns)
        lines = [json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n" for row in con.execute(query).mappings()]
        content = "".join(lines).encode()
        archive.writestr(f"tables/{table.name}.jsonl", content)
        parts[f"tables/{table.name}.jsonl"] = {"rows": len(lines), "sha256": hashlib.sha256(content).hexdigest()}
    kept = con.execute(sa.select(attachment.c.sha256).distinct().order_by(attachment.c.sha256)).scalars().all()
    for digest in kept:
        archive.writestr(f"attachments/{digest}", read_attachment(attachments, digest))
        parts[f"attachments/{digest}"] = {"sha256": digest}
    entries, newest = audit.head_of(con)
    revision = MigrationContext.configure(con).get_current_revision()
    manifest = {"format": FORMAT, "revision": revision, "audit_entries": entries, "audit_hash": newest, "parts": parts}
    text = json.dumps(manifest, sort_keys=True, indent=1).encode()
    archive.writestr("manifest.json", text)
    rows = sum(part.get("rows", 0) for part in parts.values())
    return Summary(hashlib.sha256(text).hexdigest(), rows, len(kept), entries)


def restore_backup(engine: Engine, attachments: Path, file: Path, *, force: bool = False, digest: str = "") -> Summary:
    """Puts a backup into the database: all of it or nothing.

    Refuses one that is not what its manifest says (BackupBroken) and a store that holds anything (StoreNotEmpty), which ``force``
    replaces. With ``digest`` it must be that very backup. A backup of older tables is brought up to date. The audit trail is
    verified at the end.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest, summary = _examine(archive)
            if digest and digest.strip().lower() != summary.digest:
                raise BackupBroken(what=f"digest {summary.digest}")
            with engine.begin() as con:
                if con.dialect.name == "sqlite":
                    con.exec_driver_sql("begin immediate")  # the driver would otherwise leave table definitions out of the transaction
                _make_room(con, force)
                upgrade(con, manifest["revision"])
                _fill(con, archive)
                upgrade(con)
                if breaks := audit.verify(con):
                    raise BackupBroken(what="; ".join(breaks[:3]))
                for name in archive.namelist():
                    if name.startswith("attachments/"):
                        keep_content(attachments, archive.read(name))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BackupBroken(what=f"{type(error).__name__}: {error}") from error
    return summary


def _examine(archive: zipfile.ZipFile) -> tuple[dict[str, Any], Summary]:
    """The manifest, after every part was compared with it."""
    text = archive.read("manifest.json")
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != FORMAT:
        raise BackupBroken(what=f"format {manifest['format']}")
    parts = manifest["parts"]
    if set(parts) != set(archive.namelist()) - {"manifest.json"}:
        raise BackupBroken(what="parts")
    for name, part in parts.items():
        content = archive.read(name)
        if hashlib.sha256(content).hexdigest() != part["sha256"] or content.count(b"\n") != part.get("rows", content.count(b"\n")):
            raise BackupBroken(what=name)
    kept = sum(name.startswith("attachments/") for name in parts)
    rows = sum(part.get("rows", 0) for part in parts.values())
    return manifest, Summary(hashlib.sha256(text).hexdigest(), rows, kept, manifest["audit_entries"])


def _make_room(con: Connection, force: bool) -> None:
    """Removes the tables of a store that holds nothing, or, with ``force``, whatever it holds."""
    there = sa.MetaData()
    there.reflect(con)
    held = {
        name: con.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for name, table in there.tables.items()
        if name not in (*PREFILLED, *LEFT_OUT, "alembic_version")
    }
    if any(held.values()) and not force:
        raise StoreNotEmpty(tables=", ".join(f"{name} {count}" for name, count in sorted(held.items()) if count))
    there.drop_all(con)


def _fill(con: Connection, archive: zipfile.ZipFile) -> None:
    """Rows into the tables as they were when the backup was made."""
    there = sa.MetaData()
    there.reflect(con)
    for table in there.sorted_tables:
        name = f"tables/{table.name}.jsonl"
        if name not in archive.namelist():
            continue
        if table.name in PREFILLED:
            con.execute(sa.delete(table))
        rows = list(_rows(archive, name, table, con.dialect.name))
        if rows:
            con.execute(sa.insert(table), rows)
        _count_on(con, table)


def _rows(archive: zipfile.ZipFile, name: str, table: sa.Table, database: str) -> Iterator[dict[str, Any]]:
    with archive.open(name) as lines:
        for line in lines:
            row = json.loads(line)
            yield {column.name: _typed(row[column.name], column, database) for column in table.columns}


def _typed(value: Any, column: sa.Column[Any], database: str) -> Any:
    """A value as the database's own column wants it."""
    if value is None:
        return None
    if isinstance(column.type, sa.DateTime):
        instant = datetime.fromisoformat(value).astimezone(UTC)
        return instant.replace(tzinfo=None) if database == "sqlite" else instant
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value


def _count_on(con: Connection, table: sa.Table) -> None:
    """PostgreSQL numbers new rows from a sequence, which must go on after the rows that were put in."""
    column = next(iter(table.primary_key.columns), None)
    if con.dialect.name != "postgresql" or column is None:
        return
    sequence = con.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))).scalar_one()
    highest = con.execute(sa.select(sa.func.max(column))).scalar_one()
    if sequence is not None and highest is not None:
        con.execute(sa.select(sa.func.setval(sequence, highest)))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a backup")
