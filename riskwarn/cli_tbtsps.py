"""`riskwarn tbtsps`: our measures to the WTO: which way, drafts on the forms, their life. Nothing is notified by a program."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today
from riskwarn.text import translator

if TYPE_CHECKING:
    from riskwarn.cases import CaseStore
    from riskwarn.settings import Settings
    from riskwarn.tbtsps.notifications import Done, Notification
    from riskwarn.tbtsps.routing import Question, Recommendation

app = typer.Typer(no_args_is_help=True, help="WTO notifications of our own measures, comments on those of others.", rich_markup_mode=None)

NumberArgument = Annotated[int, typer.Argument(metavar="DRAFT", help="number of the draft, as `riskwarn tbtsps list` shows it")]
ByOption = Annotated[str, typer.Option("--by", help="login of who acts; goes on record")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="as you saw it: refused if somebody changed it since (default: as it is now)")
]
ObjectiveOption = Annotated[str, typer.Option(help="what the measure is for: a code of `riskwarn tbtsps objectives`")]
UrgentOption = Annotated[bool, typer.Option("--urgent/--not-urgent", help="whether the problem is urgent (not the paperwork)")]
InForceOption = Annotated[bool, typer.Option("--in-force/--not-in-force", help="whether the measure is in force already")]
ProcedureOption = Annotated[bool, typer.Option("--procedure", help="a conformity assessment procedure, not a regulation")]
LocalOption = Annotated[str, typer.Option("--local", help="name of the local government that issues it, if one does")]
StandardOption = Annotated[str, typer.Option("--standard", help="international standard: none, deviates or conforms")]
EffectOption = Annotated[bool | None, typer.Option("--effect/--no-effect", help="whether trade is significantly affected")]
AgreementOption = Annotated[
    list[str] | None, typer.Option("--agreement", help="SPS or TBT, where the objective leaves it open; twice: both")
]


@app.command()
def objectives() -> None:
    """What a measure can be for, and the agreement that follows."""
    from riskwarn.tbtsps.routing import objectives as known

    lang = lang_of(settings_of(None))
    table = Table()
    for heading in ("code", "objective", "agreement", "sources"):
        table.add_column(translator(lang)(f"column {heading}"))
    for code, told in known().items():
        table.add_row(code, told["en" if lang == "en" else "zh"], told["agreement"], told["source"].replace("[", r"\["))
    out.print(table)


@app.command()
def route(
    objective: ObjectiveOption,
    urgent: UrgentOption = False,
    in_force: InForceOption = False,
    procedure: ProcedureOption = False,
    local: LocalOption = "",
    standard: StandardOption = "",
    effect: EffectOption = None,
    agreement: AgreementOption = None,
    by: Annotated[str, typer.Option("--by", help="login of who answers the questions; goes on record")] = "",
) -> None:
    """Recommends agreement, form and article, with every reason; a person decides."""
    from riskwarn.tbtsps.routing import recommend

    settings = settings_of(None)
    with refusals(settings):
        asked = _question(objective, urgent, in_force, procedure, bool(local), standard, effect, agreement, by)
        _show_recommendation(settings, recommend(asked))


@app.command()
def draft(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="the warning, as the list shows it")],
    objective: ObjectiveOption,
    by: ByOption,
    urgent: UrgentOption = False,
    in_force: InForceOption = False,
    procedure: ProcedureOption = False,
    local: LocalOption = "",
    standard: StandardOption = "",
    effect: EffectOption = None,
    agreement: AgreementOption = None,
    language: Annotated[str, typer.Option(help="of the form's labels: en, fr or es")] = "en",
    home: HomeOption = None,
) -> None:
    """Drafts the notification of a case's measures on the form that routing recommends."""
    from riskwarn.cases import open_store
    from riskwarn.notices.measures import measure_facts
    from riskwarn.tbtsps.drafts import draft_measure, language_of
    from riskwarn.tbtsps.notifications import create
    from riskwarn.tbtsps.routing import recommend

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        asked = _question(objective, urgent, in_force, procedure, bool(local), standard, effect, agreement, by)
        found = recommend(asked)
        _show_recommendation(settings, found)
        for way in found.ways:
            facts = replace(measure_facts(settings, store, case_id, way.agreement, today()), local_government=local)
            made = draft_measure(facts, asked, way, language_of(language))
            tell(settings, create(store, made, by=by, at=now(), case_id=case_id))


@app.command()
def follow(
    number: NumberArgument,
    by: ByOption,
    form: Annotated[str, typer.Option(help="addendum, corrigendum or revision")] = "addendum",
    boxes: Annotated[list[str] | None, typer.Option("--box", help="a box, as KEY=TEXT; may be repeated")] = None,
    home: HomeOption = None,
) -> None:
    """Drafts an addendum, corrigendum or revision of a notification that was circulated."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.drafts import draft_follow
    from riskwarn.tbtsps.notifications import create, get
    from riskwarn.tbtsps.refusals import Refusal

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        first = get(store, number)
        if first.symbol is None:
            raise Refusal("field", field="symbol")
        if form not in ("addendum", "corrigendum", "revision"):
            raise Refusal("choice", value=form[:40], choices="addendum, corrigendum, revision")
        said = _boxes(boxes or [])
        try:
            made = draft_follow(first.draft, first.symbol, form, said)
        except KeyError as error:
            raise Refusal("box", key=error.args[0], keys="") from None
        tell(settings, create(store, made, by=by, at=now(), case_id=first.case_id, parent_id=number))


@app.command("list")
def list_drafts(home: HomeOption = None) -> None:
    """Drafts and notifications of ours, newest first."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.notifications import every
    from riskwarn.tbtsps.refusals import state_name

    settings = settings_of(home)
    lang = lang_of(settings)
    table = Table()
    for heading in ("number", "serial", "title", "state", "version", "symbol", "case"):
        table.add_column(translator(lang)(f"column {heading}"), overflow="fold")
    with refusals(settings), open_store(settings) as store:
        for one in every(store):
            title = escape(f"{one.draft.form}: {one.draft.boxes.get('title', '')[:60]}")
            state = state_name(one.state).in_(lang)
            table.add_row(str(one.notification_id), one.serial, title, state, str(one.version), one.symbol or "-", one.case_id or "-")
    out.print(table)


@app.command()
def show(
    number: NumberArgument,
    folder: Annotated[Path | None, typer.Option("--out", help="folder to write DOCX, PDF and JSON to")] = None,
    home: HomeOption = None,
) -> None:
    """A draft's boxes, what may be done next, and, with --out, its files."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.life import possible
    from riskwarn.tbtsps.notifications import comments, get

    settings = settings_of(home)
    _ = translator(lang_of(settings))
    with refusals(settings), open_store(settings) as store:
        found = get(store, number)
        table = Table(show_lines=True)
        for heading in ("box", "key", "content"):
            table.add_column(_(f"column {heading}"), overflow="fold")
        for box in found.draft.template.boxes:
            table.add_row(box.number, box.key, escape(found.draft.boxes.get(box.key, "")[:500]))
        out.print(table)
        for one in comments(store, number):
            answer = one["answer"] or _("not answered")
            out.print(f"#{one['received_id']} {one['member']} {one['received_on']}: {one['text'][:200]} -> {answer[:200]}", markup=False)
        out.print(_("possible steps: {steps}").format(steps=", ".join(possible(found.state)) or "-"), highlight=False)
        tell(settings, found, folder)


@app.command()
def validate(
    number: NumberArgument,
    circulated: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="day of circulation to reckon from (default: today)")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Lists every rule that a draft breaks; exit code 1 where one is an error."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.notifications import get
    from riskwarn.tbtsps.validation import may_be_approved
    from riskwarn.tbtsps.validation import validate as breaches_of

    settings = settings_of(home)
    lang = lang_of(settings)
    with refusals(settings), open_store(settings) as store:
        breaches = breaches_of(get(store, number).draft, circulated.date() if circulated else today())
    _ = translator(lang)
    for breach in breaches:
        colour = "red" if breach.severity == "error" else "yellow"
        where = _("box {number} {key}").format(number=breach.box, key=breach.key) if breach.key else _("the draft")
        out.print(
            f"[{colour}]{_('breach ' + breach.severity)}[/] {escape(where)}: {escape(breach.text.in_(lang))} ({escape(breach.source)})"
        )
    if not breaches:
        out.print(_("no rule is broken"))
    raise typer.Exit(0 if may_be_approved(breaches) else 1)


@app.command()
def edit(
    number: NumberArgument,
    boxes: Annotated[list[str], typer.Argument(metavar="KEY=TEXT...", help="boxes to write anew")],
    by: ByOption,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Writes boxes anew; what is under review goes back to draft."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps import notifications

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        done = seen_by(store, number, by, version, "")
        tell(settings, notifications.edit(store, number, _boxes(boxes), done))


def seen_by(store: CaseStore, number: int, by: str, version: int | None, reason: str) -> Done:
    from riskwarn.tbtsps.notifications import Done, get

    return Done(by, now(), get(store, number).version if version is None else version, reason)


def _question(
    objective: str,
    urgent: bool,
    in_force: bool,
    procedure: bool,
    local: bool,
    standard: str,
    effect: bool | None,
    agreement: list[str] | None,
    by: str,
) -> Question:
    """The question as the options ask it; raises a refusal that names what is not allowed."""
    from riskwarn.tbtsps.refusals import Refusal
    from riskwarn.tbtsps.routing import Choice, Gate, Instrument, Question, Standard, Status, objectives

    if objective not in objectives():
        raise Refusal("choice", value=objective[:40], choices=", ".join(objectives()))
    if standard and standard not in list(Standard):
        raise Refusal("choice", value=standard[:40], choices=", ".join(Standard))
    wanted = [one.upper() for one in agreement or []]
    if set(wanted) - {"SPS", "TBT"}:
        raise Refusal("choice", value=", ".join(wanted)[:40], choices="SPS, TBT")
    if (standard or effect is not None or wanted) and not by.strip():
        raise Refusal("field", field="--by")
    if bool(standard) != (effect is not None):
        raise Refusal("field", field="--standard, --effect/--no-effect")
    gate = Gate(Standard(standard), effect, by, today()) if standard and effect is not None else None
    choice = Choice(tuple(a for a in ("SPS", "TBT") if a in wanted), by) if wanted else None
    return Question(
        objective,
        urgent,
        Status.IN_FORCE if in_force else Status.DRAFT,
        Instrument.PROCEDURE if procedure else Instrument.REGULATION,
        local,
        gate,
        choice,
    )


def _show_recommendation(settings: Settings, found: Recommendation) -> None:
    _ = translator(lang_of(settings))
    out.print(_(f"outcome {found.outcome}"), style="bold", highlight=False)
    for way in found.ways:
        out.print(f"  {way.agreement}: {way.form}, {', '.join(way.articles)}", highlight=False)
    for reason in found.reasons:
        out.print(f"  - {reason.in_(lang_of(settings))}", markup=False, highlight=False, soft_wrap=True)


def _boxes(pairs: list[str]) -> dict[str, str]:
    from riskwarn.tbtsps.refusals import Refusal

    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise Refusal("choice", value=wrong[0][:40], choices="KEY=TEXT")
    return {key.strip(): value for key, value in (pair.split("=", 1) for pair in pairs)}


def tell(settings: Settings, found: Notification, folder: Path | None = None) -> None:
    """Says where a draft stands, and writes its files anew."""
    from riskwarn.lake import replacing
    from riskwarn.tbtsps.filled import files
    from riskwarn.tbtsps.refusals import state_name

    lang = lang_of(settings)
    target = folder or settings.outbox / "notifications" / found.serial
    day = found.circulated_on or today()
    for name, content in files(found.draft, day=day, reference=found.serial, symbol=found.symbol or "").items():
        with replacing(target / name) as aside:
            aside.write_bytes(content)
    text = translator(lang)("draft {number} ({serial}), {state}, version {version} -> {folder}")
    said = {"number": found.notification_id, "serial": found.serial, "state": state_name(found.state).in_(lang), "version": found.version}
    out.print(text.format(**said, folder=target), highlight=False, markup=False, soft_wrap=True)
