"""`riskwarn tbtsps comment` and `concern`: what we say of foreign measures; and what enterprises met of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from riskwarn.cli_tbtsps import ByOption, VersionOption
from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today
from riskwarn.text import translator

if TYPE_CHECKING:
    from riskwarn.settings import Settings
    from riskwarn.tbtsps.comments import Comment
    from riskwarn.tbtsps.concerns import Concern

comment = typer.Typer(no_args_is_help=True, help="Comments of ours on foreign measures.", rich_markup_mode=None)
concern = typer.Typer(no_args_is_help=True, help="Specific trade concerns.", rich_markup_mode=None)

SymbolArgument = Annotated[str, typer.Argument(metavar="SYMBOL", help="symbol of the foreign notification")]
NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="number, as the list shows it")]
DayOption = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="the day")]


@comment.command("add")
def add_comment(
    symbol: SymbolArgument,
    by: ByOption,
    source: Annotated[str, typer.Option(help="who says it: name of the enterprise, expert, association or agency")],
    kind: Annotated[str, typer.Option(help="enterprise, expert, association or agency")] = "enterprise",
    text: Annotated[str, typer.Option(help="the comment in Chinese")] = "",
    text_en: Annotated[str, typer.Option(help="the comment in English, as it will be sent")] = "",
    home: HomeOption = None,
) -> None:
    """Collects a comment on a foreign measure."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.comments import collect

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        _tell_comment(settings, collect(store, symbol, (kind, source), (text, text_en), by=by, at=now()))


@comment.command("rewrite")
def rewrite_comment(
    number: NumberArgument,
    by: ByOption,
    text: Annotated[str | None, typer.Option(help="the comment in Chinese")] = None,
    text_en: Annotated[str | None, typer.Option(help="the comment in English, as it will be sent")] = None,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Writes the text of a drafted comment anew."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.comments import get, rewrite

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = get(store, number).version if version is None else version
        _tell_comment(settings, rewrite(store, number, seen, text_zh=text, text_en=text_en, by=by, at=now()))


@comment.command("move")
def move_comment(
    number: NumberArgument,
    action: Annotated[str, typer.Argument(metavar="STEP", help="review (a second person), send, return or drop")],
    by: ByOption,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Takes a comment through review and sending."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.comments import get, move

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = get(store, number).version if version is None else version
        _tell_comment(settings, move(store, number, seen, action, by=by, at=now()))


@comment.command("record")
def record_exchange(
    symbol: SymbolArgument,
    by: ByOption,
    kind: Annotated[str, typer.Option(help="extension_request, extension_reply, reply, consultation or outcome")],
    text: Annotated[str, typer.Option(help="what was said")],
    on: DayOption,
    new_deadline: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="new end of the comment period, if granted")] = None,
    home: HomeOption = None,
) -> None:
    """Records what passed with the Member: extension, reply, consultation, outcome."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.comments import exchange

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        until = new_deadline.date() if new_deadline else None
        exchange(store, symbol, kind, text, on=on.date(), by=by, at=now(), new_deadline_on=until)
    out.print(translator(lang_of(settings))("recorded"))


@comment.command("list")
def list_comments(symbol: SymbolArgument, home: HomeOption = None) -> None:
    """Comments on a measure and what passed with the Member."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.comments import of_family

    settings = settings_of(home)
    _ = translator(lang_of(settings))
    with refusals(settings), open_store(settings) as store:
        found, passed = of_family(store, symbol)
    table = Table(show_lines=True)
    for heading in ("number", "state", "version", "sources", "content"):
        table.add_column(_(f"column {heading}"), overflow="fold")
    for one in found:
        content = escape("\n".join(part[:300] for part in (one.text_zh, one.text_en) if part))
        table.add_row(str(one.comment_id), _(f"comment {one.state}"), str(one.version), escape(one.source_name), content)
    out.print(table)
    for row in passed:
        until = f" ({row['new_deadline_on']})" if row["new_deadline_on"] else ""
        out.print(f"{row['happened_on']} {_('exchange ' + row['kind'])}{until}: {row['text'][:300]}", markup=False, highlight=False)


@comment.command("export")
def export_comments(
    symbol: SymbolArgument,
    file: Annotated[Path, typer.Option("--out", help="text file for the enquiry point")],
    home: HomeOption = None,
) -> None:
    """Writes the reviewed comments as text for the enquiry point, without the names of enterprises."""
    from riskwarn.cases import open_store
    from riskwarn.lake import replacing
    from riskwarn.tbtsps.comments import export_text, foreign_symbol, of_family

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        found, _passed = of_family(store, symbol)
        text = export_text(foreign_symbol(symbol).family, found, today())
    with replacing(file) as aside:
        aside.write_text(text, encoding="utf-8")
    out.print(str(file), highlight=False, markup=False, soft_wrap=True)


@concern.command("add")
def add_concern(
    symbol: SymbolArgument,
    by: ByOption,
    title: Annotated[str, typer.Option(help="what the concern is called")],
    text: Annotated[str, typer.Option(help="what was said")],
    on: DayOption,
    meeting: Annotated[str, typer.Option(help="meeting of the committee at which it was raised")] = "",
    supporter: Annotated[list[str] | None, typer.Option(help="Member that supports it; may be repeated")] = None,
    home: HomeOption = None,
) -> None:
    """Records a specific trade concern about a foreign measure."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.concerns import raise_concern

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        said = (symbol, title, text)
        made = raise_concern(store, *said, on=on.date(), meeting=meeting, supporters=supporter or [], by=by, at=now())
    _tell_concern(settings, made)


@concern.command("follow")
def follow_concern(
    number: NumberArgument,
    by: ByOption,
    state: Annotated[str, typer.Option(help="raised, discussed, partly_resolved or resolved")],
    outcome: Annotated[str, typer.Option(help="what became of it")] = "",
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records what a meeting or a reply changed."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.concerns import follow, get

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = get(store, number).version if version is None else version
        _tell_concern(settings, follow(store, number, seen, state, outcome, by=by, at=now()))


@concern.command("list")
def list_concerns(home: HomeOption = None) -> None:
    """Trade concerns, newest first."""
    from riskwarn.cases import open_store
    from riskwarn.tbtsps.concerns import every

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        for one in every(store):
            _tell_concern(settings, one)


def barriers(
    symbol: Annotated[str | None, typer.Argument(metavar="SYMBOL", help="only this foreign measure")] = None,
    home: HomeOption = None,
) -> None:
    """What enterprises reported of technical barriers they met, by measure and market: loss and cost of compliance."""
    from riskwarn import names, warehouse
    from riskwarn.frames import records
    from riskwarn.tbtsps.comments import foreign_symbol

    settings = settings_of(home)
    lang = lang_of(settings)
    table = Table()
    for heading in ("symbol", "market", "reports", "enterprises", "loss", "cost of compliance", "measure"):
        table.add_column(translator(lang)(f"column {heading}"), overflow="fold")
    with refusals(settings), warehouse.open_published(settings) as con:
        family = foreign_symbol(symbol).family.upper() if symbol else None
        for row in records(warehouse.read_barriers(con, family)):
            money = [
                "-" if row[name] is None or row[name] != row[name] else f"{row[name]:,.0f}" for name in ("loss_cny", "compliance_cost_cny")
            ]
            counts = [str(row["barrier_count"]), str(row["enterprise_count"])]
            title = escape(str(row["title"] or "")[:80])
            table.add_row(escape(row["family"]), names.country(row["market_country"], lang), *counts, *money, title)
    out.print(table)


def _tell_comment(settings: Settings, found: Comment) -> None:
    _ = translator(lang_of(settings))
    text = _("comment {number} on {symbol}, {state}, version {version}")
    said = {"number": found.comment_id, "symbol": found.symbol, "state": _(f"comment {found.state}"), "version": found.version}
    out.print(text.format(**said), highlight=False, markup=False)


def _tell_concern(settings: Settings, found: Concern) -> None:
    _ = translator(lang_of(settings))
    text = _("concern {number} on {symbol}, {state}, version {version}: {title}")
    said = {"number": found.concern_id, "symbol": found.family, "state": _(f"concern {found.state}"), "version": found.version}
    out.print(text.format(**said, title=found.title[:100]), highlight=False, markup=False)
