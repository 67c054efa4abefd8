"""`riskwarn quarantine`: rows that a check set aside: listed, corrected, released, rejected. The next night takes what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today
from riskwarn.settings import Settings
from riskwarn.text import translator

if TYPE_CHECKING:
    from riskwarn.cases.row_decisions import Kind, Wanted
    from riskwarn.web.row_work import Aside, Work

app = typer.Typer(no_args_is_help=True, help="Rows that a check set aside, and what becomes of them.", rich_markup_mode=None)
MOST = 1000

SourceArgument = Annotated[str, typer.Argument(metavar="SOURCE", help="the source, as `riskwarn sources` names it")]
DeliveryArgument = Annotated[str, typer.Argument(metavar="DELIVERY", help="the delivery, as `riskwarn quarantine list` names it")]
RowArgument = Annotated[int, typer.Argument(metavar="ROW", min=1, help="number of the row in its file")]
RowsArgument = Annotated[list[int], typer.Argument(metavar="ROW...", min=1, help="numbers of the rows in their file")]
ReasonOption = Annotated[str, typer.Option(help="why; goes on record")]
ByOption = Annotated[str, typer.Option(help="login of who decides; goes on record")]


@contextmanager
def _working(settings: Settings) -> Iterator[Work]:
    from riskwarn.cases import open_store
    from riskwarn.ingest.session import Session
    from riskwarn.web.night import Nights
    from riskwarn.web.row_work import Work

    with refusals(settings), open_store(settings) as store, Nights(settings).reading() as night, Session(settings) as reading:
        yield Work(settings, store, night, today(), reading)


@app.command("list")
def list_rows(
    source: SourceArgument,
    everything: Annotated[bool, typer.Option("--all", help="also rows that people decided on")] = False,
    home: HomeOption = None,
) -> None:
    """Rows set aside, newest first: delivery, row, why, and what became of them."""
    from riskwarn.web.aside import places, standings
    from riskwarn.web.told import reason_in_words

    settings = settings_of(home)
    lang = lang_of(settings)
    _ = translator(lang)
    with _working(settings) as work:
        found = standings(work.store, work.night, source)
        decided = None if everything else places(found)
        rows = work.night.rows("quarantine", [source, None, None, decided, False, MOST, 0])
    for row in rows:
        standing = found.get((row["delivery_id"], row["row_no"]))
        state = _(f"row state {standing.state if standing else 'open'}")
        why = _("list separator").join(reason_in_words(source, reason, lang) for reason in row["reasons"])
        out.print(
            f"{row['delivery_id']} {row['row_no']}  {state}  {row['file_name']}  {why}", highlight=False, markup=False, soft_wrap=True
        )
    out.print(_("rows: {count}").format(count=rows[0]["total"] if rows else 0))


@app.command()
def correct(
    source: SourceArgument,
    delivery: DeliveryArgument,
    row: RowArgument,
    reason: ReasonOption,
    by: ByOption,
    cells: Annotated[list[str], typer.Option("--set", metavar="COLUMN=VALUE", help="what a cell should say; once for each")],
    home: HomeOption = None,
) -> None:
    """Writes what a row should have said; it is tried against the checks, and the next night takes it in."""
    written = dict(cell.partition("=")[::2] for cell in cells)
    with _working(settings_of(home)) as work:
        one = _aside(work, source, delivery, row)
        if unknown := sorted(set(written) - set(one.start)):
            raise typer.BadParameter(f"{', '.join(unknown)} ({', '.join(one.start)})")
        _decide(work, "correct", [_wanted(work, one, "correct", written)], reason, by)


@app.command()
def release(
    source: SourceArgument, delivery: DeliveryArgument, rows: RowsArgument, reason: ReasonOption, by: ByOption, home: HomeOption = None
) -> None:
    """Lets rows of one file count as they are, against the check that set them aside; by a supervisor."""
    _all_rows(settings_of(home), "release", source, delivery, rows, reason, by)


@app.command()
def reject(
    source: SourceArgument, delivery: DeliveryArgument, rows: RowsArgument, reason: ReasonOption, by: ByOption, home: HomeOption = None
) -> None:
    """Rejects rows of one file for good."""
    _all_rows(settings_of(home), "reject", source, delivery, rows, reason, by)


def _all_rows(settings: Settings, kind: Kind, source: str, delivery: str, rows: list[int], reason: str, by: str) -> None:
    with _working(settings) as work:
        wanted = [_wanted(work, _aside(work, source, delivery, row), kind, {}) for row in dict.fromkeys(rows)]
        _decide(work, kind, wanted, reason, by)


def _aside(work: Work, source: str, delivery: str, row: int) -> Aside:
    from riskwarn.cases.errors import NotReady
    from riskwarn.web.row_work import find_aside

    found = find_aside(work, source, delivery, row)
    if found is None:
        raise NotReady(what="row_not_listed", file=delivery, row=row)
    return found


def _wanted(work: Work, one: Aside, kind: Kind, written: dict[str, str]) -> Wanted:
    from riskwarn.web.row_work import wanted_of

    return wanted_of(work, one, kind, written)


def _decide(work: Work, kind: Kind, wanted: list[Wanted], reason: str, by: str) -> None:
    from riskwarn.cases.row_decisions import decide

    with work.store.writing() as con:
        decide(con, work.store.books.units, kind, wanted, reason, by=by, at=now(), night=work.night.as_of)
    out.print(translator(lang_of(work.settings))("recorded"))
