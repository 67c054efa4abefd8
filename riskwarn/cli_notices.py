"""`riskwarn notice`: the documents of a case, drafted, signed, numbered, lifted, handed on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of
from riskwarn.text import translator

if TYPE_CHECKING:
    from riskwarn.notices import Notice
    from riskwarn.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Documents of a case: notices, their lifting, packages for others.", rich_markup_mode=None)

NumberArgument = Annotated[int, typer.Argument(metavar="NOTICE", help="number of the notice, as `riskwarn notice list` shows it")]
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="the warning, as the list shows it")]
ByOption = Annotated[str, typer.Option("--by", help="login of who acts; goes on record")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="as you saw it: refused if somebody changed it since (default: as it is now)")
]


@app.command()
def draft(
    case_id: CaseArgument,
    by: ByOption,
    kind: Annotated[str, typer.Option(help="port_notice, notice or consumer_notice")] = "port_notice",
    to: Annotated[
        list[str] | None, typer.Option(help="addressee: code of agencies.toml, or a name (Chinese|English); may be repeated")
    ] = None,
    copy: Annotated[
        list[str] | None, typer.Option(help="copy to: code of agencies.toml, or a name (Chinese|English); may be repeated")
    ] = None,
    issuer: Annotated[str, typer.Option(help="code of the issuing agency (default: the one with the role of issuer)")] = "",
    contact: Annotated[str, typer.Option(help="whom to ask, printed below the date")] = "",
    advice: Annotated[str, typer.Option(help="one more paragraph, in Chinese")] = "",
    advice_en: Annotated[str, typer.Option(help="the same paragraph in English")] = "",
    home: HomeOption = None,
) -> None:
    """Drafts a notice from the published warning and the measures taken in its case."""
    from riskwarn.cases import open_store
    from riskwarn.cases.errors import BadField
    from riskwarn.documents import Both, Kind
    from riskwarn.notices import draft as make
    from riskwarn.notices.desk import Wanted

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        if kind not in list(Kind):
            raise BadField(field="kind", value=kind, allowed=", ".join(Kind))
        texts = Both(advice or advice_en, advice_en or advice)
        wanted = Wanted(Kind(kind), tuple(to or ()), tuple(copy or ()), issuer, contact, texts)
        _told(settings, make(settings, store, case_id, wanted, by=by, at=now()))


@app.command()
def sign(number: NumberArgument, by: ByOption, version: VersionOption = None, home: HomeOption = None) -> None:
    """Signs a draft: a supervisor; for red and orange somebody else than who drafted it."""
    from riskwarn import notices
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = notices.get(store, number).version if version is None else version
        signed = notices.sign(store, number, seen, by=by, at=now())
        _told(settings, signed)
        if signed.lifts_id is not None:
            _propose_addenda(settings, signed.case_id, signed.facts.drafted_on.isoformat())


@app.command()
def number(
    notice: NumberArgument,
    text: Annotated[str, typer.Argument(metavar="NUMBER", help="document number as the agency's office gave it")],
    by: ByOption,
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Records the document number of the agency's own office; it stays."""
    from riskwarn import notices
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = notices.get(store, notice).version if version is None else version
        _told(settings, notices.give_number(store, notice, seen, text, by=by, at=now()))


@app.command()
def lift(
    number: NumberArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="why it is lifted, in Chinese")],
    reason_en: Annotated[str, typer.Option(help="why it is lifted, in English")] = "",
    home: HomeOption = None,
) -> None:
    """Drafts the lifting of a signed notice."""
    from riskwarn import notices
    from riskwarn.cases import open_store
    from riskwarn.documents import Both

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        _told(settings, notices.lift(store, number, Both(reason, reason_en), by=by, at=now()))


@app.command()
def void(
    number: NumberArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="why; goes on record")],
    version: VersionOption = None,
    home: HomeOption = None,
) -> None:
    """Sets a draft aside; a signed notice can only be lifted."""
    from riskwarn import notices
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        seen = notices.get(store, number).version if version is None else version
        _told(settings, notices.void(store, number, seen, reason, by=by, at=now()))


@app.command()
def write(
    number: NumberArgument,
    folder: Annotated[Path | None, typer.Option("--out", help="folder to write to (default: outbox/notices/<serial>)")] = None,
    home: HomeOption = None,
) -> None:
    """Writes a notice as DOCX and PDF in both languages, and as JSON, from the facts that were kept."""
    from riskwarn import notices
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        _told(settings, notices.get(store, number), folder)


@app.command("list")
def list_notices(
    case_id: Annotated[str | None, typer.Option("--case", help="only those of this case")] = None,
    home: HomeOption = None,
) -> None:
    """Notices, newest first."""
    from riskwarn import notices
    from riskwarn.cases import open_store
    from riskwarn.documents.compose import compose

    settings = settings_of(home)
    lang = lang_of(settings)
    _ = translator(lang)
    table = Table(show_lines=False)
    for heading in ("number", "serial", "title", "state", "version", "case"):
        table.add_column(_(f"column {heading}"), overflow="fold")
    with refusals(settings), open_store(settings) as store:
        for one in notices.every(store, case_id):
            title = escape(compose(one.facts, lang).title[:80])
            table.add_row(str(one.notice_id), one.serial, title, _(f"notice {one.state}"), str(one.version), one.case_id)
    out.print(table)


@app.command("hand-on")
def hand_on(
    number: NumberArgument,
    recipient: Annotated[str, typer.Option(help="department or country that gets the package")],
    by: ByOption,
    home: HomeOption = None,
) -> None:
    """Makes the redacted package of a signed notice for another department or country, with a receipt."""
    from riskwarn import notices
    from riskwarn.cases import open_store
    from riskwarn.lake import replacing

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        receipt, package = notices.hand_on(store, number, recipient, by=by, at=now())
    path = settings.outbox / "packages" / package.name
    with replacing(path) as aside:
        aside.write_bytes(package.content)
    text = translator(lang_of(settings))("package {receipt} for {recipient}: {file}")
    out.print(text.format(receipt=receipt, recipient=recipient, file=path), highlight=False, markup=False, soft_wrap=True)
    out.print(f"SHA-256 {package.sha256}", highlight=False)


@app.command()
def receipt(
    package: Annotated[int, typer.Argument(metavar="PACKAGE", help="number of the package")],
    received_by: Annotated[str, typer.Option(help="who received it there")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="day it was received")],
    by: ByOption,
    answer: Annotated[str, typer.Option(help="what was answered")] = "",
    home: HomeOption = None,
) -> None:
    """Records that a package arrived, and what was answered."""
    from riskwarn import notices
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        notices.receive_receipt(store, package, received_by, on.date(), answer, by=by, at=now())
    out.print(translator(lang_of(settings))("recorded"))


def _told(settings: Settings, found: Notice, folder: Path | None = None) -> None:
    """Says where a notice stands, and writes its files anew."""
    from riskwarn.lake import replacing
    from riskwarn.notices import files

    _ = translator(lang_of(settings))
    target = folder or settings.outbox / "notices" / found.serial
    for name, content in files(found).items():
        with replacing(target / name) as aside:
            aside.write_bytes(content)
    text = _("notice {number} ({serial}), {state}, version {version} -> {folder}")
    said = {"number": found.notice_id, "serial": found.serial, "state": _(f"notice {found.state}"), "version": found.version}
    out.print(text.format(**said, folder=target), highlight=False, markup=False, soft_wrap=True)


def _propose_addenda(settings: Settings, case_id: str, day: str) -> None:
    """A measure lifted at home that was notified: proposes the addendum."""
    from datetime import date

    from riskwarn.cases import open_store
    from riskwarn.tbtsps.notifications import every
    from riskwarn.tbtsps.routing import recommend_addendum

    lang = lang_of(settings)
    with open_store(settings) as store:
        for one in every(store):
            if one.case_id == case_id and one.symbol and one.parent_id is None and one.state != "withdrawn":
                for reason in recommend_addendum(one.symbol, date.fromisoformat(day)).reasons:
                    out.print(f"  {reason.in_(lang)}", highlight=False, markup=False, soft_wrap=True)
                out.print(f"  riskwarn tbtsps follow {one.notification_id} --form addendum", highlight=False, markup=False)
