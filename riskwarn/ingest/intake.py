"""take_in: the files of one source become deliveries. One file failing never stops the others; a crash leaves it to be taken again."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from riskwarn.ingest import landing, records
from riskwarn.ingest.content import Bytes, copy_raw
from riskwarn.ingest.landing import Landed
from riskwarn.ingest.session import Session
from riskwarn.ingest.typing_desk import Desk, type_rows
from riskwarn.lake import Lake
from riskwarn.model import Delivery, Issue
from riskwarn.settings import Settings
from riskwarn.sources import all_sources


def take_in(
    settings: Settings,
    lake: Lake,
    source_name: str,
    *,
    today: date,
    night: date | None,
    history: bool = False,
    session: Session | None = None,
) -> list[Delivery]:
    """Takes in the files of landing/<source>/ that are not on record yet; returns their deliveries, in order of file name.

    ``today`` is the date in China, read from the clock at the edge. ``night`` is the night that takes the files in, if any. With
    ``history`` the rows are known from the day the authority received them, else from their delivery at the earliest.
    A ``session`` that is handed in serves the next source too and stays open.
    """
    if session is None:
        with Session(settings) as own:
            return take_in(settings, lake, source_name, today=today, night=night, history=history, session=own)
    source = all_sources()[source_name]
    with alone(settings.work / "ingest" / source_name) as work:
        desk = Desk(settings, lake, source, session, work / "file", today, night, history)
        known = records.read_all(lake, source_name)
        _sweep(lake, source_name, {delivery.delivery_id for delivery in known})
        stamps = records.read_seen(lake, source_name)
        waiting = [f for f in landing.landed_files(settings.landing / source_name) if stamps.get(f.name) != f.stamp]
        taken: list[Delivery] = []
        starved: duckdb.OutOfMemoryException | None = None
        for landed in waiting:
            try:
                delivery, is_settled = _take(desk, landed, known + taken)
            except duckdb.OutOfMemoryException as error:
                # It may be the file's fault or the machine's: it stays untaken, the others go on, and the run says so at its end.
                error.add_note(f"{source_name}: {landed.name} stays in landing; raise RISKWARN_MEMORY_LIMIT or take the file away")
                session.discard()
                starved = starved or error
                continue
            if delivery is not None:
                taken.append(delivery)
            if is_settled:
                stamps[landed.name] = landed.stamp
        if waiting:
            records.write_seen(lake, source_name, stamps)
        if starved is not None:
            raise starved
    return taken


@contextmanager
def alone(work: Path) -> Iterator[Path]:
    """An empty working folder that no other process uses meanwhile; emptied again at the end."""
    work.parent.mkdir(parents=True, exist_ok=True)
    with work.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _sweep(lake: Lake, source: str, delivery_ids: set[str]) -> None:
    """Removes what a crash left: partitions whose record was never written."""
    for table in ("raw", "typed", "decided"):
        folder = lake.root / table / source
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.split(".")[0] not in delivery_ids:
                path.unlink()


def _take(desk: Desk, landed: Landed, known: list[Delivery]) -> tuple[Delivery | None, bool]:
    """The delivery that a file makes (None where it is on record or still being written), and whether its stamp settles it."""
    shutil.rmtree(desk.work, ignore_errors=True)
    desk.work.mkdir()
    raw = desk.work / "raw"
    try:
        descriptor = landing.open_landed(landed.path)
    except OSError:
        return None, False  # gone, or replaced by a link, since the folder was listed: not ours to read
    facts = copy_raw(descriptor, raw, desk.max_bytes)
    if (now := landing.look_at(landed.path)) is None or now.stamp != landed.stamp:
        return None, False  # still being written: the next run takes it whole
    if any(d.file_name == landed.name and d.sha256 == facts.sha256 for d in known):
        return None, True
    delivery = _begin(desk, landed, facts, known)
    same = [d for d in known if d.sha256 == facts.sha256 and d.verdict != "quarantined"]
    if same:
        delivery = _nothing_new(delivery, same[-1])
        typed = None
    else:
        delivery, typed = type_rows(desk, delivery, raw, facts, known)
    commit(desk, delivery, raw if facts.size <= desk.max_bytes else None, typed)
    return delivery, True


def _begin(desk: Desk, landed: Landed, facts: Bytes, known: list[Delivery]) -> Delivery:
    delivered = landing.delivered_on(landed, desk.today, desk.lake.newest_night())
    return Delivery(
        delivery_id=records.new_id({d.delivery_id for d in known}, delivered, facts.sha256),
        source=desk.source.name,
        file_name=landed.name,
        sha256=facts.sha256,
        size_bytes=facts.size,
        delivered_on=delivered,
        is_history=desk.history,
        night=desk.night,
    )


def _nothing_new(delivery: Delivery, earlier: Delivery) -> Delivery:
    """The same bytes under another name: every row is on record already."""
    issue = Issue("same_content", "info", f"{delivery.file_name}: the same content as {earlier.file_name}", earlier.read)
    return replace(delivery, layout=earlier.layout, state="checked", read=earlier.read, duplicates=earlier.read, issues=(issue,))


def commit(desk: Desk, delivery: Delivery, raw: Path | None, typed: Path | None) -> None:
    """Raw bytes, typed rows, then the record, which makes them count."""
    partition = f"{delivery.source}/{delivery.delivery_id}"
    if raw is not None:
        desk.lake.write("raw", partition, raw.replace, raw_suffix(delivery.file_name))
    if typed is not None:
        desk.lake.write("typed", partition, typed.replace)
    records.write(desk.lake, delivery)


def raw_suffix(file_name: str) -> str:
    """The file's own ending where it is harmless."""
    suffix = "".join(Path(file_name).suffixes[-2:]).lower()
    return suffix if suffix.replace(".", "").isascii() and suffix.replace(".", "").isalnum() and len(suffix) <= 16 else ".bin"
