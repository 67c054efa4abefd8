"""One row set aside: read in its file, tried against the checks, made a decision of. The pages and the commands share it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from riskwarn.cases import CaseStore
from riskwarn.cases.errors import NotReady
from riskwarn.cases.row_decisions import Kind, SetAside, Wanted, content_hash
from riskwarn.corrections import InFile, read_again, releasable, started_from, try_rows, unit_of
from riskwarn.ingest.look import Cells
from riskwarn.ingest.session import Session
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sources import Source, all_sources
from riskwarn.web.aside import Standing, standings
from riskwarn.web.night import Night, Row
from riskwarn.web.told import expectations

AROUND = 3  # rows of the file shown before and after
MASKED = "***"


@dataclass(frozen=True)
class Work:
    """What deciding on rows needs: the night that lists them, the case store, the day, and what reads files again."""

    settings: Settings
    store: CaseStore
    night: Night
    today: date
    reading: Session


@dataclass(frozen=True)
class Aside:
    """A row set aside with what is known of it. ``start``: the cells that a correction starts from; ``found``: it and those around it."""

    source: Source
    row: Row
    standing: Standing | None
    unit_id: str
    found: InFile
    start: Mapping[str, str | None]

    @property
    def place(self) -> SetAside:
        row, seen = self.row, self.standing.decision_id if self.standing else ""
        told = content_hash(row["reasons"], row["row_json"])
        return SetAside(self.source.name, row["delivery_id"], row["file_name"], int(row["row_no"]), told, self.unit_id, seen)

    @property
    def is_decidable(self) -> bool:
        return self.standing is None or self.standing.state == "waiting"

    @property
    def released(self) -> tuple[str, ...]:
        """What a release would overrule; nothing where the row cannot be read as it came and was kept as the check typed it."""
        is_typed = any(reason in expectations(self.source.name) for reason in self.row["reasons"])
        if is_typed and int(self.row["row_no"]) not in self.found.rows:
            return ()
        return releasable(self.source.name, self.row["reasons"])


class StillBad(NotReady):
    """The row would be set aside again; ``reasons`` say why."""

    def __init__(self, file: str, row: int, reasons: Sequence[str]) -> None:
        super().__init__(what="row_still_bad", file=file, row=row, reasons="; ".join(reasons))
        self.reasons = tuple(reasons)


def find_aside(work: Work, name: str, delivery: str, row_no: int) -> Aside | None:
    """The row with those around it; None where the night lists no such row."""
    source, row = all_sources().get(name), work.night.row("quarantined_row", [name, delivery, row_no])
    if source is None or row is None:
        return None
    near = range(max(1, row_no - AROUND), row_no + AROUND + 1)
    found = read_again(work.settings, Lake(work.settings.lake), source, delivery, near, work.reading)
    standing = standings(work.store, work.night, name).get((delivery, row_no))
    return _aside(work, source, row, standing, found)


def _aside(work: Work, source: Source, row: Row, standing: Standing | None, found: InFile) -> Aside:
    start = started_from(found, int(row["row_no"]), row["row_json"])
    return Aside(source, row, standing, unit_of(work.store.books.units, source.name, start), found, start)


def wanted_of(work: Work, one: Aside, kind: Kind, written: Mapping[str, str | None]) -> Wanted:
    """The decision on one row. ``written``: the cells that a correction changes. Refuses what would be set aside again."""
    named = {"file": one.row["file_name"], "row": one.row["row_no"]}
    if not one.is_decidable:
        raise NotReady(what="row_decided_meanwhile", **named)
    if kind == "reject":
        return Wanted(one.place)
    released = one.released if kind == "release" else ()
    if kind == "release" and not released:
        raise NotReady(what="row_not_releasable", **named)
    cells = dict(one.start) | ({name: (value or "").strip() or None for name, value in written.items()} if kind == "correct" else {})
    changed = tuple(name for name in cells if (cells[name] or "") != (one.start.get(name) or "").strip())
    if kind == "correct" and not changed:
        raise NotReady(what="row_unchanged", **named)
    if any(MASKED in (cells.get(name) or "") for name in one.source.key):
        raise NotReady(what="row_key_masked", **named)
    (tried,) = try_rows(work.settings, one.source, one.found.layout, [cells], work.today, work.reading, released)
    if tried.reasons:
        raise StillBad(one.row["file_name"], one.row["row_no"], tried.reasons)
    return Wanted(one.place, one.found.layout.name, _filled(tried.cells), changed, released)


def _filled(cells: Cells) -> dict[str, str | None]:
    return {name: value for name, value in cells.items() if value is not None}


def wanted_of_many(work: Work, source: Source, kind: Kind, rows: Sequence[Row]) -> list[Wanted]:
    """The decisions on open rows of one delivery. Rejected: all of them. Released: those that nothing else is wrong with."""
    if not rows:
        return []
    numbers = [int(row["row_no"]) for row in rows]
    found = read_again(work.settings, Lake(work.settings.lake), source, rows[0]["delivery_id"], numbers, work.reading)
    asides = [_aside(work, source, row, None, found) for row in rows]
    if kind == "reject":
        return [Wanted(one.place) for one in asides]
    able = [one for one in asides if one.released]
    tried = _tried(work, source, found, able)
    return [Wanted(one.place, found.layout.name, _filled(cells), (), one.released) for one, cells in zip(able, tried, strict=True) if cells]


def _tried(work: Work, source: Source, found: InFile, able: Sequence[Aside]) -> list[Cells]:
    """The cells to take of each row; none of one that would be set aside again."""
    names: Collection[str] = {name for one in able for name in one.released}
    starts = [one.start for one in able]
    tried = try_rows(work.settings, source, found.layout, starts, work.today, work.reading, names) if able else []
    return [{} if told.reasons else told.cells for told in tried]


def as_seen(wanted: Wanted, seen: str) -> Wanted:
    """The same, by a person who saw the row with this decision (its id) on it."""
    return replace(wanted, row=replace(wanted.row, seen=seen))
