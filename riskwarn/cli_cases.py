"""`riskwarn case`: the life of a warning by command line, one command a step. Every rule is the case store's own."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today

app = typer.Typer(no_args_is_help=True, help="The life of a warning: review, decide, approve, issue, lift.", rich_markup_mode=None)

IdArgument = Annotated[str, typer.Argument(metavar="CASE", help="the warning, as the list shows it")]
ByOption = Annotated[str, typer.Option("--by", help="login of who acts; goes on record")]
ReasonOption = Annotated[str, typer.Option("--reason", help="why; goes on record")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="of the case as you saw it: refused if somebody changed it since (default: as it is now)")
]
NumberOption = Annotated[int, typer.Option("--number", help="which one, as the case shows it")]


def day(text: datetime | None) -> date | None:
    return text.date() if text else None


def step(home: Path | None, case_id: str, action: str, by: str, version: int | None = None, reason: str = "", **fields: Any) -> None:
    """Takes a step and says where the case stands now."""
    from riskwarn.case_screens import show_taken
    from riskwarn.cases import Request, open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = store.case(case_id).version if version is None else version
        given = {name: value for name, value in fields.items() if value is not None}
        taken = store.act(Request(case_id, action, by, now(), seen, reason, given))
        show_taken(out, store, taken, lang_of(settings))


@app.command("list")
def list_cases(
    unit: Annotated[str | None, typer.Option(help="only what belongs to this unit and those below it")] = None,
    assignee: Annotated[str | None, typer.Option(help="only what is assigned to this login")] = None,
    state: Annotated[str | None, typer.Option(help="only cases in this state")] = None,
    closed: Annotated[bool, typer.Option("--all", help="also what is dismissed or closed")] = False,
    home: HomeOption = None,
) -> None:
    """The cases, gravest first: machine warnings and those raised by people side by side."""
    from riskwarn.case_screens import show_cases
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        show_cases(out, store, today(), lang_of(settings), unit=unit, assignee=assignee, state=state, closed=closed)


@app.command()
def show(case_id: IdArgument, home: HomeOption = None) -> None:
    """One case: what the machine says, what people did, what comes next."""
    from riskwarn.case_screens import show_case
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        show_case(out, store, case_id, today(), lang_of(settings))


@app.command()
def review(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Takes a raised or watched warning under review."""
    step(home, case_id, "review", by, version, reason)


@app.command()
def watch(
    case_id: IdArgument,
    by: ByOption,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="until when to keep watching")] = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Keeps watching until a date, with a reason."""
    step(home, case_id, "watch", by, version, reason, until=day(until))


@app.command()
def verify(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Confirms that the risk is real."""
    step(home, case_id, "verify", by, version, reason)


@app.command()
def dismiss(
    case_id: IdArgument,
    by: ByOption,
    reason_class: Annotated[
        str | None,
        typer.Option("--class", help="data_error, known_and_handled, chance, targeting_artefact, duplicate or outside_remit"),
    ] = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Dismisses the warning; the class of the reason feeds the indicator's predictive value."""
    step(home, case_id, "dismiss", by, version, reason, reason_class=reason_class)


@app.command()
def assess(
    case_id: IdArgument,
    by: ByOption,
    participant: Annotated[list[str] | None, typer.Option(help="who took part; once for each, at least two")] = None,
    opinion: Annotated[str | None, typer.Option(help="what they concluded")] = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records a joint assessment: participants and opinion."""
    step(home, case_id, "assess", by, version, reason, participants=tuple(participant or ()), opinion=opinion)


@app.command()
def approve(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Approves; red and orange need somebody who neither verified nor assessed."""
    step(home, case_id, "approve", by, version, reason)


@app.command("send-back")
def send_back(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Sends the case back to be reviewed again."""
    step(home, case_id, "send_back", by, version, reason)


ScopeOption = Annotated[str | None, typer.Option("--scope", help="national or regional")]


@app.command()
def issue(
    case_id: IdArgument,
    by: ByOption,
    scope: ScopeOption = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Issues the approved warning, nationally or in the unit's own area."""
    step(home, case_id, "issue", by, version, reason, scope=scope)


@app.command("act-first")
def act_first(
    case_id: IdArgument,
    by: ByOption,
    scope: ScopeOption = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Issues a red warning at once; a second person must countersign within the deadline."""
    step(home, case_id, "act_first", by, version, reason, scope=scope)


@app.command()
def countersign(
    case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None
) -> None:
    """Countersigns what was issued first."""
    step(home, case_id, "countersign", by, version, reason)


@app.command()
def lift(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Lifts an issued warning, once its measures have ended."""
    step(home, case_id, "lift", by, version, reason)


@app.command()
def close(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Closes a lifted or dismissed case; the machine may close the warning then, too."""
    step(home, case_id, "close", by, version, reason)


@app.command()
def reopen(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Takes a dismissed, lifted or closed case under review again."""
    step(home, case_id, "reopen", by, version, reason)


@app.command()
def regrade(
    case_id: IdArgument,
    by: ByOption,
    colour: Annotated[str | None, typer.Option(help="red, orange, yellow or blue")] = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Gives the case another colour; who does so does not approve it."""
    step(home, case_id, "regrade", by, version, reason, colour=colour)


@app.command()
def acknowledge(
    case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None
) -> None:
    """Takes note of the machine's changed evidence; the decision stands."""
    step(home, case_id, "acknowledge", by, version, reason)


@app.command()
def take(case_id: IdArgument, by: ByOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Takes the case on oneself."""
    step(home, case_id, "take", by, version)


@app.command()
def assign(
    case_id: IdArgument,
    by: ByOption,
    to: Annotated[str | None, typer.Option(help="login of who shall work on it")] = None,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Gives the case to somebody who may work on it."""
    step(home, case_id, "assign", by, version, assignee=to)


@app.command("report-up")
def report_up(case_id: IdArgument, by: ByOption, reason: ReasonOption = "", version: VersionOption = None, home: HomeOption = None) -> None:
    """Reports the case up: the parent unit answers for it from then on."""
    step(home, case_id, "report_up", by, version, reason)


@app.command("hand-over")
def hand_over(
    case_id: IdArgument,
    by: ByOption,
    to: Annotated[str | None, typer.Option(help="unit id, or the name of a department outside the list")] = None,
    reason: ReasonOption = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Asks another department to act and to answer; the case stays."""
    step(home, case_id, "hand_over", by, version, reason, to_unit=to)
