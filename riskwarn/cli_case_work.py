"""`riskwarn case`, continued: what belongs to a case besides its steps, what is overdue, and how good the indicators were."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from riskwarn import cli_cases
from riskwarn.cli_cases import ByOption, IdArgument, NumberOption, ReasonOption, day, step
from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today
from riskwarn.text import translator

app = cli_cases.app

NameOption = Annotated[str | None, typer.Option("--name", help="who did it there, where a department has no login here")]
TextOption = Annotated[str | None, typer.Option("--text", help="what there is to say")]


@app.command()
def receive(case_id: IdArgument, number: NumberOption, by: ByOption, name: NameOption = None, home: HomeOption = None) -> None:
    """Notes the receipt of what was reported up or handed over."""
    step(home, case_id, "receive", by, hand_over=number, name=name)


@app.command()
def answer(
    case_id: IdArgument, number: NumberOption, by: ByOption, text: TextOption = None, name: NameOption = None, home: HomeOption = None
) -> None:
    """Notes the answer to what was reported up or handed over."""
    step(home, case_id, "answer", by, hand_over=number, text=text, name=name)


@app.command()
def note(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", home: HomeOption = None) -> None:
    """Adds a note; decides nothing."""
    step(home, case_id, "note", by, reason=reason)


@app.command("follow-up")
def follow_up(
    case_id: IdArgument,
    by: ByOption,
    kind: Annotated[
        str | None,
        typer.Option(help="new_evidence, laboratory_report, enterprise_answer, measure, trace_result, recall or other"),
    ] = None,
    text: TextOption = None,
    happened: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day it happened (default: today)")] = None,
    home: HomeOption = None,
) -> None:
    """Adds a follow-up: new evidence, a laboratory report, an answer, a trace result, a recall."""
    step(home, case_id, "follow_up", by, kind=kind, text=text, happened=day(happened))


@app.command()
def attach(
    case_id: IdArgument,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="PDF, PNG, JPEG, DOCX or XLSX, at most 20 MB")],
    by: ByOption,
    to: Annotated[int | None, typer.Option("--follow-up", help="number of the follow-up it belongs to (default: the case itself)")] = None,
    reason: ReasonOption = "",
    home: HomeOption = None,
) -> None:
    """Attaches a file; its content must be what its name says."""
    from riskwarn.case_screens import show_taken
    from riskwarn.cases import Request, open_store
    from riskwarn.cases.attachments import read_file

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        fields = {} if to is None else {"follow_up": to}
        taken = store.attach(Request(case_id, "attach", by, now(), reason=reason, fields=fields), file.name, read_file(file))
        show_taken(out, store, taken, lang_of(settings))


@app.command("measure")
def take_measure(
    case_id: IdArgument,
    by: ByOption,
    kind: Annotated[str | None, typer.Option(help="see `riskwarn case measures`")] = None,
    goods: Annotated[str | None, typer.Option(help="industrial or food: which list of measures")] = None,
    scope: Annotated[str | None, typer.Option(help="which goods it concerns")] = None,
    starts: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day (default: today)")] = None,
    ends: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day (default: until further notice)")] = None,
    owner: Annotated[str | None, typer.Option(help="unit that answers for it (default: the case's)")] = None,
    effect: Annotated[str | None, typer.Option(help="what it changes for inspection (default: as the list says)")] = None,
    home: HomeOption = None,
) -> None:
    """Takes a response measure."""
    step(
        home,
        case_id,
        "take_measure",
        by,
        kind=kind,
        goods=goods,
        scope_text=scope,
        starts=day(starts) or today(),
        ends=day(ends),
        owner=owner,
        inspection_effect=effect,
    )


@app.command("end-measure")
def end_measure(
    case_id: IdArgument,
    number: NumberOption,
    by: ByOption,
    ends: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="last day (default: today)")] = None,
    reason: ReasonOption = "",
    home: HomeOption = None,
) -> None:
    """Sets the last day of a measure."""
    step(home, case_id, "end_measure", by, reason=reason, measure=number, ends=day(ends) or today())


@app.command("plan")
def start_plan(
    case_id: IdArgument,
    by: ByOption,
    plan: Annotated[str | None, typer.Option(help="which plan (default: that of the case's colour)")] = None,
    home: HomeOption = None,
) -> None:
    """Starts the contingency plan of the case's colour."""
    step(home, case_id, "start_plan", by, plan=plan)


@app.command("plan-step")
def plan_step(case_id: IdArgument, number: NumberOption, by: ByOption, text: TextOption = None, home: HomeOption = None) -> None:
    """Ticks off a step of a plan: what was done."""
    step(home, case_id, "plan_step", by, plan_step=number, text=text)


@app.command("measures")
def list_measures(home: HomeOption = None) -> None:
    """The response measures that may be taken, by list, with their source."""
    from riskwarn.case_screens import show_measure_kinds
    from riskwarn.cases.books import load_books

    settings = settings_of(home)
    show_measure_kinds(out, load_books(settings.config).kinds, lang_of(settings))


@app.command("overdue")
def list_overdue(
    escalate: Annotated[bool, typer.Option("--escalate", help="also note it for the parent unit, as the nightly task does")] = False,
    home: HomeOption = None,
) -> None:
    """What should have been done by now, and which unit should know."""
    from riskwarn.case_screens import show_overdue
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        late = store.overdue(today())
        new = store.escalate(today()) if escalate else []
        show_overdue(out, store, late, lang_of(settings))
    if escalate:
        out.print(translator(lang_of(settings))("{count} newly escalated").format(count=len(new)))


@app.command("information")
def list_information(home: HomeOption = None) -> None:
    """Risk information that people entered, newest first."""
    from riskwarn.case_screens import show_information
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        show_information(out, store, lang_of(settings))


@app.command()
def promote(
    number: Annotated[int, typer.Argument(help="of the information, as `riskwarn case information` shows it")],
    by: ByOption,
    reason: ReasonOption = "",
    colour: Annotated[str | None, typer.Option(help="red, orange, yellow or blue")] = None,
    home: HomeOption = None,
) -> None:
    """Makes a warning of information that was entered with grade 2 or 3."""
    from riskwarn.cases import open_store
    from riskwarn.cases.information import promote as make_a_case

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store, store.writing() as con:
        entered = make_a_case(con, store.books, number, reason, by=by, at=now(), colour=colour)
    out.print(translator(lang_of(settings))("information {number} is warning {id}").format(number=number, id=entered.case_id))


@app.command()
def quality(home: HomeOption = None) -> None:
    """How often each indicator was right, by what people verified or dismissed."""
    from riskwarn.case_screens import show_quality
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        show_quality(out, store, today() + timedelta(days=1), lang_of(settings))
