"""Publishing a night: marts and comments into its file, then an immutable file under a new name, then the link, atomically.

Nobody ever writes a published file, and no name is used twice: DuckDB replays a ``.wal`` that lies beside a name, whoever left it there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from riskwarn.lake import Lake, sync_folder
from riskwarn.places import WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection, connect, run_file, set_variables
from riskwarn.warehouse.building import (
    attached,
    build,
    build_lots,
    built_from,
    in_order,
    or_nothing,
    partition_paths,
    stage,
    wal_of,
    work_path,
)
from riskwarn.warehouse.dictionary import comment

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]+\.duckdb")
# Lake tables of which the marts read the night's own partition.
NIGHT_TABLES = ("signals", "warnings", "evidence", "detector_watch", "explanations", "assessments", "warning_weeks", "standing_excess")

CUT_NIGHTS = 90  # of what the review budget held back, so many nights are told


def publish(settings: Settings, lake: Lake, as_of: date) -> Path:
    """Completes ``work/<as_of>.duckdb`` with the marts and moves it to ``published/``; returns where it lies now.

    The link follows unless a newer night is linked; then old nights go. Whatever breaks off on the way, the
    link still leads to the night it led to before, and publishing again completes. A night published before is built anew.
    """
    work = work_path(settings, as_of)
    if not (work.exists() and built_from(work).exists()):
        build(settings, lake, as_of)
    work.chmod(0o644)  # an earlier attempt may have broken off after sealing it
    with connect(settings) as con, attached(con, work):
        stage(con, lake, as_of, json.loads(built_from(work).read_text(encoding="utf-8")))
        build_lots(con)
        build_marts(con, lake, as_of)
        comment(con, {"core_night": f"Build {secrets.token_hex(8)}."})
    work.chmod(0o444)
    built_from(work).unlink()
    with _only_publisher(settings):
        target = _move(work, settings.published, as_of)
        if _is_newest(settings, as_of):
            _switch(settings.warehouse, target)
            _prune(settings, keep=target)
    return target


def open_published(settings: Settings) -> Connection:
    """The newest published night, read-only, with no access to anything outside the file.

    The link is followed anew at each call; a connection opened earlier goes on reading the night it was opened on.
    """
    if not settings.warehouse.exists():
        error = FileNotFoundError("no night has been published yet")
        error.add_note("run riskwarn run --as-of DATE, or riskwarn demo")
        raise error
    return connect(settings, settings.warehouse.resolve(), read_only=True)


def published_night(settings: Settings) -> date | None:
    """The night that the link leads to."""
    try:
        return _night_of(settings.warehouse.readlink())
    except FileNotFoundError:
        return None


def build_marts(con: Connection, lake: Lake, as_of: date) -> None:
    """Runs the marts over the core tables of ``con`` and the night's lake partitions; a partition that is missing gives no rows."""
    night = as_of.isoformat()
    files = {f"{table}_files": or_nothing(lake, _existing(lake.path(table, night))) for table in NIGHT_TABLES}
    checked = [lake.path("check_results", name) for name in lake.partitions("check_results") if name.startswith(f"{night}_")]
    files["check_results_files"] = or_nothing(lake, checked)
    files["quarantine_files"] = or_nothing(lake, _of_all_sources(lake, "quarantine", ".parquet"))
    files["delivery_files"] = or_nothing(lake, _of_all_sources(lake, "deliveries", ".json"), ".json")
    files["decided_files"] = or_nothing(lake, _of_all_sources(lake, "decided", ".json"), ".json")
    files["decided_typed_files"] = or_nothing(lake, _typed_of_decided(lake))
    files["verdict_files"] = or_nothing(lake, partition_paths(lake, "verdicts", night, ".json"), ".json")
    files["cut_files"] = or_nothing(lake, [lake.path("cut", name) for name in lake.partitions("cut") if name <= night][-CUT_NIGHTS:])
    set_variables(con, {"as_of": as_of, **files})
    for file in in_order(sorted((WAREHOUSE / "30_marts").glob("*.sql"))):
        run_file(con, file)


def _existing(path: Path) -> list[Path]:
    return [path] if path.exists() else []


def _of_all_sources(lake: Lake, table: str, suffix: str) -> list[Path]:
    folders = sorted(folder.name for folder in (lake.root / table).glob("*/"))
    return [path for folder in folders for path in partition_paths(lake, table, folder, suffix)]


def _typed_of_decided(lake: Lake) -> list[Path]:
    """The typed rows of the deliveries that people's decisions made; few and small."""
    folders = sorted(folder.name for folder in (lake.root / "decided").glob("*/"))
    typed = [lake.path("typed", name) for folder in folders for name in lake.partitions("decided", folder, ".json")]
    return [path for path in typed if path.exists()]


def _night_of(path: Path) -> date | None:
    match = _NAME.fullmatch(path.name)
    return date.fromisoformat(match[1]) if match else None


@contextmanager
def _only_publisher(settings: Settings) -> Iterator[None]:
    """Two publishers must not both find themselves the newest."""
    settings.published.mkdir(parents=True, exist_ok=True)
    with (settings.published / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _move(work: Path, folder: Path, as_of: date) -> Path:
    """Gives the finished file its name: the night and a hash of the content, which holds a token of its own and so never comes again."""
    with work.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        os.fsync(handle.fileno())
    target = folder / f"{as_of.isoformat()}-{digest[:16]}.duckdb"
    if target.exists() or wal_of(target).exists():
        raise FileExistsError(f"{target.name} has been published before")
    work.rename(target)
    sync_folder(folder)
    return target


def _is_newest(settings: Settings, as_of: date) -> bool:
    linked = published_night(settings)
    return linked is None or linked <= as_of


def _switch(link: Path, target: Path) -> None:
    """Points the link at ``target`` in one step: readers find the old night or the new one, never none."""
    aside = link.with_name(f".{link.name}.{secrets.token_hex(4)}")
    aside.symlink_to(target.relative_to(link.parent))
    # Clients of DuckDB 1.2 keep their log beside the link, a name that stays: whoever wrote there by mistake must not
    # see it replayed into the new night.
    wal_of(link).unlink(missing_ok=True)
    aside.replace(link)
    wal_of(link).unlink(missing_ok=True)
    sync_folder(link.parent)


def _prune(settings: Settings, keep: Path) -> None:
    """Removes all but the newest nights, and all but the newest file of each night; readers that have one open keep it until they close."""
    newest_of: dict[date, Path] = {}
    for path in sorted(settings.published.glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns):
        night = _night_of(path)
        if night is not None:
            newest_of[night] = path
    kept = {newest_of[night] for night in sorted(newest_of)[-settings.keep_nights :]} | {keep, settings.warehouse.resolve()}
    for path in settings.published.glob("*.duckdb"):
        if path not in kept and path.resolve() not in kept and _night_of(path) is not None:
            path.unlink(missing_ok=True)
            wal_of(path).unlink(missing_ok=True)
