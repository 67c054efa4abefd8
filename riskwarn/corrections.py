"""Rows set aside and what people decide about them: read in their file, tried against the checks, kept, handed to the next night."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from riskwarn.cases import open_store
from riskwarn.cases.row_decisions import newest_decisions
from riskwarn.cases.units import Units
from riskwarn.checks.rows import judge_rows, open_typed
from riskwarn.checks.suites import Suite, load_suite
from riskwarn.ingest import records
from riskwarn.ingest.decided import DecidedRow, already_taken, take_decided
from riskwarn.ingest.look import Cells, NotKept, layout_of, rows_in_file, typed_as
from riskwarn.ingest.session import Session
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings
from riskwarn.sources import Layout, Role, Source


def apply_decisions(settings: Settings, lake: Lake, source: str, as_of: date, *, session: Session | None = None) -> list[Delivery]:
    """Takes in the rows of a source that people corrected or released before ``as_of`` and that no night has taken yet.

    Decisions of the night's own day wait for the next: run again, the night finds the same. A night older than the newest judged one
    is a replay, which takes nothing in.
    """
    newest = lake.newest_night()
    if newest is not None and as_of < newest:
        return []
    rows = waiting(settings, lake, source, as_of)
    return take_decided(settings, lake, source, rows, night=as_of, session=session) if rows else []


def waiting(settings: Settings, lake: Lake, source: str, before: date) -> list[DecidedRow]:
    """What a night takes, oldest first: of rows not taken yet the decision that stands, if it is of an earlier day."""
    with open_store(settings) as store, store.engine.connect() as con:
        standing = newest_decisions(con, source)
    taken = already_taken(lake, source)
    return [
        DecidedRow(
            decision_id=row["decision_id"],
            decision_kind=row["kind"],
            layout=row["layout"],
            cells=row["cells"],
            released=tuple(row["released"]),
            of_delivery_id=row["delivery_id"],
            of_file_name=row["file_name"],
            of_row_no=int(row["row_no"]),
            decided_on=row["decided_on"],
            entry_id=row["entry_id"],
        )
        for place, row in sorted(standing.items(), key=lambda item: (item[1]["entry_id"], item[0]))
        if row["kind"] != "reject" and row["decided_on"] < before and place not in taken
    ]


@dataclass(frozen=True)
class Tried:
    """A row as the checks of today would take it: its cells, cleaned and masked, and every reason to set it aside (none: accepted)."""

    cells: Cells
    reasons: tuple[str, ...]


def try_rows(
    settings: Settings, source: Source, layout: Layout, rows: Sequence[Cells], today: date, session: Session, released: Collection[str] = ()
) -> list[Tried]:
    """Types and checks ``rows`` as the next night will, and changes nothing."""
    with TemporaryDirectory(dir=settings.work, prefix="try-") as folder:
        target = Path(folder) / "typed.parquet"
        cells = typed_as(settings, source, layout, rows, today, session, target)
        con = session.connection()
        suite = load_suite(source.name)
        columns = open_typed(con, target)
        judge_rows(con, source, columns, [e for e in suite.expectations if e.is_quarantining], [])
        failed = dict(con.execute("select row_no, failed from judged").fetchall())
    return [Tried(one, tuple(why for why in failed[n] if _name_of(why) not in released)) for n, one in enumerate(cells, 1)]


def releasable(source: str, reasons: Sequence[str]) -> tuple[str, ...]:
    """What a release overrules for a row with these reasons; empty where one of them leaves a row that cannot be counted at all."""
    suite = load_suite(source)
    names = [_overruled(suite, reason) for reason in reasons]
    return tuple(dict.fromkeys(name for found in names for name in found)) if names and all(names) else ()


def _overruled(suite: Suite, reason: str) -> tuple[str, ...]:
    """The reason itself and the expectation that says the same; empty where it may not be overruled."""
    name = _name_of(reason)
    code, _, column = name.partition(": ")
    known = f"{column}_not_negative" if code == "negative" else code
    found = next((e for e in suite.expectations if e.id == known), None)
    return () if found is None or not found.is_releasable else tuple(dict.fromkeys((name, known)))


def _name_of(reason: str) -> str:
    """A reason without the value met: "negative: quantity", or the id of an expectation."""
    return reason.split("=", 1)[0]


def unit_of(units: Units, source: str, cells: Mapping[str, str | None]) -> str:
    """Whose a row is: the unit in whose customs district it was declared, else the one that answers for the source, else the root."""
    digits = [str(cells.get(name) or "") for name in ("declaration_no", "declaration_customs", "entry_exit_customs", "customs_district")]
    district = next((text[:4] for text in digits if len(text) >= 4 and text[:4].isdigit()), "")
    return units.known(units.owner("product_origin", {district: 1} if district else {}, [source]))


def editable(layout: Layout) -> list[str]:
    """The columns of a layout that a person may write, in its order."""
    return [column.name for column in layout.columns if column.role in (Role.VALUE, Role.NARRATIVE)]


def cells_of(row_json: str | None) -> dict[str, str | None]:
    """The cells of a row as it was set aside; empty where it was kept as no object."""
    try:
        row = json.loads(row_json or "")
    except json.JSONDecodeError:
        return {}
    return {str(name): None if value is None else str(value) for name, value in row.items()} if isinstance(row, dict) else {}


@dataclass(frozen=True)
class InFile:
    """Rows of one delivery read again. ``rows``: by number; ``why``: why they are not there (NotKept), "" where they are."""

    layout: Layout
    rows: Mapping[int, Cells]
    why: str = ""


def read_again(settings: Settings, lake: Lake, source: Source, delivery_id: str, wanted: Collection[int], session: Session) -> InFile:
    """Some rows of a delivery as they came."""
    record = lake.read_json(records.TABLE, f"{source.name}/{delivery_id}")
    if record is None:
        return InFile(source.layouts[0], {}, "expired")
    delivery = records.from_json(record)
    layout = layout_of(source, delivery.layout)
    try:
        return InFile(layout, rows_in_file(settings, lake, source, delivery, wanted, session))
    except NotKept as gone:
        return InFile(layout, {}, gone.why)


def started_from(found: InFile, row_no: int, row_json: str | None) -> dict[str, str | None]:
    """The cells that a correction starts from: as they came, else as the check kept them, as far as the layout has such columns."""
    kept = found.rows.get(row_no) or cells_of(row_json)
    return {name: kept.get(name) for name in editable(found.layout)}
