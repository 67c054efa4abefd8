"""The life of a draft by command line, one command a step; a group below `riskwarn tbtsps`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from riskwarn.cli_tbtsps import ByOption, NumberArgument, VersionOption, app, seen_by, tell
from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of
from riskwarn.text import translator

__all__ = ["app"]  # with its steps

ReasonOption = Annotated[str, typer.Option("--reason", help="why; goes on record")]
DayOption = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="the day")]


@app.command()
def submit(number: NumberArgument, by: ByOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Hands a draft to legal review."""
    _advance(home, number, "submit", by, version)


@app.command("send-back")
def send_back(number: NumberArgument, by: ByOption, reason: ReasonOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Sends a draft back to its author, from legal review or from the notification authority."""
    _advance(home, number, "return", by, version, reason)


@app.command()
def approve(number: NumberArgument, by: ByOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Approves a draft that breaks no rule: a supervisor who did not write it."""
    _advance(home, number, "approve", by, version)


@app.command("hand-over")
def hand_over(
    number: NumberArgument,
    by: ByOption,
    receipt: Annotated[str, typer.Option(help="what the notification authority gave as receipt")],
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records that the draft was handed to the notification authority."""
    _advance(home, number, "hand_over", by, version, fields={"receipt": receipt})


@app.command()
def circulated(
    number: NumberArgument,
    symbol: Annotated[str, typer.Argument(help="the symbol that the WTO gave, e.g. G/SPS/N/CHN/1500")],
    by: ByOption,
    on: DayOption,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records that the WTO circulated it, under which symbol, on which day."""
    _advance(home, number, "circulate", by, version, fields={"symbol": symbol, "day": on.date().isoformat()})


@app.command()
def commented(
    number: NumberArgument,
    by: ByOption,
    member: Annotated[str, typer.Option(help="the Member that commented")],
    text: Annotated[str, typer.Option(help="what it said")],
    on: DayOption,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records a comment of another Member on our measure."""
    _advance(home, number, "receive_comment", by, version, fields={"member": member, "text": text, "day": on.date().isoformat()})


@app.command()
def answer(
    comment: Annotated[int, typer.Argument(metavar="COMMENT", help="number of the comment, as `riskwarn tbtsps show` lists it")],
    text: Annotated[str, typer.Option(help="our answer")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Records our answer to one comment."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps import notifications

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        notifications.answer(store, comment, text, by=by, at=now())
    out.print(translator(lang_of(settings))("recorded"))


@app.command()
def answered(number: NumberArgument, by: ByOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Records that every comment received has its answer."""
    _advance(home, number, "answer_comments", by, version)


@app.command()
def adopt(number: NumberArgument, by: ByOption, on: DayOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Records that the measure was adopted."""
    _advance(home, number, "adopt", by, version, fields={"day": on.date().isoformat()})


@app.command("in-force")
def enter_force(number: NumberArgument, by: ByOption, on: DayOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Records that the measure entered into force."""
    _advance(home, number, "enter_force", by, version, fields={"day": on.date().isoformat()})


@app.command()
def withdraw(number: NumberArgument, by: ByOption, reason: ReasonOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Withdraws a draft or a notification."""
    _advance(home, number, "withdraw", by, version, reason)


def _advance(
    home: Path | None, number: int, action: str, by: str, version: int | None, reason: str = "", fields: Mapping[str, str] | None = None
) -> None:
    from riskwarn.cases import open_store
    from riskwarn.tbtsps import notifications

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        tell(settings, notifications.advance(store, number, action, seen_by(store, number, by, version, reason), fields))
