"""`riskwarn people`, `riskwarn cases` and `riskwarn raise`: who may act, the case store's backup, and what people tell."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from riskwarn.edge import HomeOption, lang_of, now, out, refusals, settings_of, today
from riskwarn.text import translator

people = typer.Typer(no_args_is_help=True, help="People, their units and roles, and who stands in for whom.", rich_markup_mode=None)
cases = typer.Typer(no_args_is_help=True, help="The case store as a whole: backup and restore.", rich_markup_mode=None)

AdministratorOption = Annotated[str, typer.Option("--by", help="login of the administrator (the first administrator needs none)")]


@people.command()
def password(
    login: Annotated[str, typer.Argument(help="login of the person")],
    by: Annotated[str, typer.Option("--by", help="who sets it; goes on record")],
    home: HomeOption = None,
) -> None:
    """Gives a person a password for the console; it must be changed at the first sign-in."""
    import secrets

    from riskwarn.cases import open_store
    from riskwarn.cases.accounts import set_password

    settings = settings_of(home)
    first = secrets.token_urlsafe(15)
    with refusals(settings), open_store(settings) as store, store.writing() as con:
        set_password(con, login, first, by=by, at=now(), must_change=True)
    text = translator(lang_of(settings))("first password of {login}: {password} (to be changed at the first sign-in)")
    out.print(text.format(login=login, password=first), markup=False, highlight=False)


@people.command()
def add(
    login: Annotated[str, typer.Argument(help="a short name: letters, digits, - _ .")],
    name: Annotated[str, typer.Option(help="the person's name")],
    unit: Annotated[str, typer.Option(help="unit id, as `riskwarn people units` shows it")],
    role: Annotated[str, typer.Option(help="viewer, officer, supervisor or administrator")],
    by: AdministratorOption = "",
    inactive: Annotated[bool, typer.Option("--inactive", help="has left: may do nothing any more, stays on record")] = False,
    home: HomeOption = None,
) -> None:
    """Adds a person, or changes one who is there."""
    from riskwarn.cases import open_store
    from riskwarn.cases.people import Person, put_person, role_of

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store, store.writing() as con:
        put_person(con, store.books.units, Person(login, name, unit, role_of(role), not inactive), by=by, at=now())
    out.print(translator(lang_of(settings))("recorded"))


@people.command("list")
def list_people(home: HomeOption = None) -> None:
    """Everybody, with unit, role and today's deputies."""
    from riskwarn.case_screens import show_people
    from riskwarn.cases import open_store

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        show_people(out, store, today(), lang_of(settings))


@people.command()
def deputy(
    login: Annotated[str, typer.Argument(help="who is absent")],
    deputy_login: Annotated[str, typer.Argument(metavar="DEPUTY", help="who stands in")],
    begin: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")],
    end: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="last day")],
    reason: Annotated[str, typer.Option(help="why; goes on record")],
    by: Annotated[str, typer.Option(help="the absent person, or an administrator")],
    home: HomeOption = None,
) -> None:
    """Lets somebody act in another's place from one day to another."""
    from riskwarn.cases import open_store
    from riskwarn.cases.people import put_deputy

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store, store.writing() as con:
        put_deputy(con, store.books.units, login, deputy_login, (begin.date(), end.date()), reason=reason, by=by, at=now())
    out.print(translator(lang_of(settings))("recorded"))


@people.command()
def units(home: HomeOption = None) -> None:
    """The units, as a tree, with the customs districts they own."""
    from riskwarn.case_screens import show_units
    from riskwarn.cases.books import load_books

    settings = settings_of(home)
    show_units(out, load_books(settings.config).units, lang_of(settings))


@cases.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="where to write it (a ZIP archive)")],
    home: HomeOption = None,
) -> None:
    """Writes the whole case store with its attachments into one file; its digest is printed."""
    from riskwarn.cases import open_store
    from riskwarn.cases.backup import write_backup

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        done = write_backup(store.engine, store.attachments, file)
    text = translator(lang_of(settings))("{rows} rows, {files} attachments, {entries} audit entries -> {file}")
    said = {"rows": done.rows, "files": done.attachments, "entries": done.audit_entries, "file": file}
    out.print(text.format(**said), highlight=False, soft_wrap=True)
    out.print(f"SHA-256 {done.digest}", highlight=False)


@cases.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a backup made by `riskwarn cases backup`")],
    force: Annotated[bool, typer.Option("--force", help="replace what the store holds")] = False,
    digest: Annotated[str, typer.Option(help="the digest printed when it was made: refuses a backup that is not that one")] = "",
    home: HomeOption = None,
) -> None:
    """Puts a backup into an empty case store, all of it or nothing; the audit trail is verified."""
    from riskwarn.cases import open_store
    from riskwarn.cases.backup import restore_backup

    settings = settings_of(home)
    with refusals(settings), open_store(settings) as store:
        done = restore_backup(store.engine, store.attachments, file, force=force, digest=digest)
    text = translator(lang_of(settings))("restored: {rows} rows, {files} attachments, {entries} audit entries; the audit trail is whole")
    out.print(text.format(rows=done.rows, files=done.attachments, entries=done.audit_entries), highlight=False)


def raise_information(
    by: Annotated[str, typer.Option(help="login of who enters it; goes on record")],
    source: Annotated[
        str,
        typer.Option(help="complaint, enforcement, monitoring, laboratory, media, foreign_notification, enterprise, expert or other"),
    ],
    grade: Annotated[int, typer.Option(help="1 act at once (a warning at once), 2 act within a set time, 3 study further")],
    product: Annotated[str, typer.Option(help="which goods")],
    hazard: Annotated[str, typer.Option(help="what is wrong with them")],
    text: Annotated[str, typer.Option(help="what is known; no names or numbers of private persons")],
    direction: Annotated[str, typer.Option(help="import or export")] = "import",
    code: Annotated[str, typer.Option(help="HS code, if known")] = "",
    origin: Annotated[str, typer.Option(help="ISO code of the country (region) of origin")] = "unknown",
    colour: Annotated[str | None, typer.Option(help="of the warning, grade 1: red, orange, yellow or blue")] = None,
    attach: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, help="a file; once for each")] = None,
    home: HomeOption = None,
) -> None:
    """Enters risk information by hand; grade 1 is a warning at once. It never enters statistics."""
    from riskwarn.cases import open_store
    from riskwarn.cases.attachments import read_file
    from riskwarn.cases.information import Information

    settings = settings_of(home)
    _ = translator(lang_of(settings))
    with refusals(settings), open_store(settings) as store:
        told = Information(source, grade, product, hazard, text, direction, code, origin)
        entered = store.enter(told, [(path.name, read_file(path)) for path in attach or ()], by=by, at=now(), colour=colour)
    said = {"number": entered.information_id, "id": entered.case_id}
    out.print((_("information {number} is warning {id}") if entered.case_id else _("information {number} is kept")).format(**said))
