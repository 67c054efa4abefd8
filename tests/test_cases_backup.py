"""Backup and restore, drilled: from either database into either, attachments included, or nothing at all."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from case_stores import AT, DATABASES, act, chain, hire, opened, settings_on, walk
from test_cases_work import MEASURE, PDF, TOLD, tell

from riskwarn.cases import CaseStore, open_store
from riskwarn.cases.attachments import keep_bytes, read_attachment
from riskwarn.cases.backup import LEFT_OUT, restore_backup, write_backup
from riskwarn.cases.errors import AttachmentRefused, BackupBroken, StoreNotEmpty
from riskwarn.cases.people import put_deputy
from riskwarn.cases.reading import read_cases, steps_of
from riskwarn.cases.schema import metadata
from riskwarn.cases.tables import Instant


def fill(store: CaseStore) -> str:
    """Something in every table of this module; returns the hash of an attachment."""
    opened(store, "red", "2248")
    kept = keep_bytes(store.attachments, "报告.pdf", PDF)
    with store.writing() as con:
        put_deputy(con, store.books.units, "hq", "shenzhen", (AT.date(), AT.date()), reason="ill", by="hq", at=AT)
    act(store, "hand_over", "shanghai", to_unit="samr", reason="sold")
    walk(store, "approve", first="shanghai_head")
    act(store, "attach", "shanghai", file=kept)
    act(store, "follow_up", "shanghai", kind="recall", text="'); drop table person; --")
    act(store, "take_measure", "shanghai_head", **MEASURE)
    act(store, "start_plan", "shanghai")
    tell(store, TOLD, files=(kept,))
    store.escalate(AT.date().replace(year=2027))
    return kept.sha256


def everything(store: CaseStore) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as con:
        tables = metadata.sorted_tables
        return {t.name: [tuple(row) for row in con.execute(sa.select(t).order_by(*t.primary_key.columns))] for t in tables}


@pytest.mark.parametrize("target", DATABASES)
def test_what_was_backed_up_is_there_again(store: CaseStore, tmp_path: Path, target: str) -> None:
    digest = fill(store)
    file = tmp_path / "out" / "backup.zip"
    done = write_backup(store.engine, store.attachments, file)
    assert (done.attachments, stat.S_IMODE(file.stat().st_mode)) == (1, 0o600)
    with settings_on(target, tmp_path / "other") as settings, open_store(settings) as other:
        assert restore_backup(other.engine, other.attachments, file, digest=done.digest) == done
        assert everything(other) == everything(store)
        assert chain(other) == []
        assert read_attachment(other.attachments, digest) == PDF
        # and work goes on, also the numbering
        act(other, "issue", "hq_head", scope="national")
        act(other, "follow_up", "shanghai", kind="recall", text="again")
        assert tell(other, TOLD) == "M000002"
        assert chain(other) == []
        with pytest.raises(StoreNotEmpty, match="case_file"):
            restore_backup(other.engine, other.attachments, file)
        assert other.case("E1").state == "issued"
        restore_backup(other.engine, other.attachments, file, force=True)
        assert everything(other) == everything(store)


def test_something_of_every_table_was_backed_up(store: CaseStore, tmp_path: Path) -> None:
    """Tables of other parts of the store (documents, receipts) are dumped by the same loop."""
    fill(store)
    write_backup(store.engine, store.attachments, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        parts = json.loads(archive.read("manifest.json"))["parts"]
    mine = ("warning_case", "machine_revision", "person", "deputy", "case_file", "case_step", "hand_over", "escalation", "risk_information")
    mine += ("follow_up", "attachment", "measure", "plan_step", "audit_entry", "audit_head")
    assert [name for name in mine if not parts[f"tables/{name}.jsonl"]["rows"]] == []
    assert {name for name in parts if name.startswith("tables/")} == {
        f"tables/{t.name}.jsonl" for t in metadata.sorted_tables if t.name not in LEFT_OUT
    }


def test_every_column_is_of_a_type_that_a_backup_can_hold() -> None:
    held = (sa.String, sa.Integer, sa.Float, sa.Boolean, sa.Date, sa.JSON, Instant)
    assert [str(c) for t in metadata.sorted_tables for c in t.columns if not isinstance(c.type, held)] == []


def rewritten(file: Path, change: str) -> Path:
    """A copy of a backup that somebody changed."""
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(other, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            if change == "a row" and name == "tables/case_step.jsonl":
                content = content.replace(b"shanghai_head", b"shanghai_foot")
            if change == "a row fewer" and name == "tables/case_step.jsonl":
                content = content.split(b"\n", 1)[1]
            if change == "an attachment" and name.startswith("attachments/"):
                content += b"x"
            if change == "the format" and name == "manifest.json":
                content = content.replace(b'"format": 1', b'"format": 2')
            if (change, name) != ("a table fewer", "tables/person.jsonl"):
                made.writestr(name, content)
        if change == "a part more":
            made.writestr("tables/more.jsonl", b"{}\n")
    return other


@pytest.mark.parametrize(
    "change", ["a row", "a row fewer", "an attachment", "the format", "a table fewer", "a part more", "all of it", "cut", "other"]
)
def test_a_backup_that_was_changed_is_refused_and_nothing_happens(store: CaseStore, tmp_path: Path, change: str) -> None:
    fill(store)
    file = tmp_path / "backup.zip"
    done = write_backup(store.engine, store.attachments, file)
    digest = done.digest if change == "other" else ""
    if change == "all of it":
        (tmp_path / "changed.zip").write_bytes(b"no archive")
        changed = tmp_path / "changed.zip"
    elif change == "cut":
        changed = tmp_path / "changed.zip"
        changed.write_bytes(file.read_bytes()[:2000])
    elif change == "other":  # whole, but not the one whose digest was kept
        act(store, "note", "shanghai", reason="one more")
        write_backup(store.engine, store.attachments, changed := tmp_path / "changed.zip")
    else:
        changed = rewritten(file, change)
    before = everything(store)
    with pytest.raises(BackupBroken):
        restore_backup(store.engine, store.attachments, changed, force=True, digest=digest)
    assert everything(store) == before


def test_a_forged_backup_with_a_manifest_of_its_own_breaks_the_chain(store: CaseStore, tmp_path: Path) -> None:
    import hashlib

    fill(store)
    file = tmp_path / "backup.zip"
    write_backup(store.engine, store.attachments, file)
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(forged, "w") as made:
        manifest = json.loads(archive.read("manifest.json"))
        for name in archive.namelist():
            content = archive.read(name)
            if name == "tables/audit_entry.jsonl":
                content = content.replace(b"shanghai_head", b"shanghai_foot")
                manifest["parts"][name]["sha256"] = hashlib.sha256(content).hexdigest()
            if name != "manifest.json":
                made.writestr(name, content)
        made.writestr("manifest.json", json.dumps(manifest))
    before = everything(store)
    with pytest.raises(BackupBroken, match="was changed"):
        restore_backup(store.engine, store.attachments, forged, force=True)
    assert everything(store) == before


def test_a_backup_without_one_of_its_attachments_is_not_made(store: CaseStore, tmp_path: Path) -> None:
    digest = fill(store)
    (store.attachments / digest).unlink()
    with pytest.raises(AttachmentRefused):
        write_backup(store.engine, store.attachments, tmp_path / "backup.zip")
    assert list(tmp_path.glob("*.zip")) == list(tmp_path.glob(".*.part")) == []


def test_an_empty_store_comes_back_empty(store: CaseStore, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    write_backup(store.engine, store.attachments, file)
    restore_backup(store.engine, store.attachments, file)
    hire(store)
    with store.engine.connect() as con:
        assert (read_cases(con), steps_of(con, "E1")) == ([], [])
    assert chain(store) == []
