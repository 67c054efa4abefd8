"""Commands for those who read on: measures ahead, reminders, subscriptions, and the console."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from riskwarn.edge import HomeOption, lang_of, now, out, settings_of, today
from riskwarn.report import EXIT_CODES
from riskwarn.settings import Settings
from riskwarn.text import translator
from riskwarn.workdays import COMMENT_LEAD


def serve_on(settings: Settings, host: str, port: int, processes: int = 1) -> None:
    """Serves the console until it is stopped."""
    from riskwarn.web.serving import serve

    out.print(translator(lang_of(settings))("the console is at {address}").format(address=f"http://{host}:{port}"), highlight=False)
    serve(settings, now, host, port, processes)


def measures(
    enterprise: Annotated[str | None, typer.Option(help="only what concerns this enterprise (its code)")] = None,
    broad: Annotated[bool, typer.Option("--broad", help="also matches by the chapter or a single word")] = False,
    lead: Annotated[int, typer.Option(min=0, help="working days needed before the WTO's deadline")] = COMMENT_LEAD,
    home: HomeOption = None,
) -> None:
    """Foreign measures ahead: whom they may hit, and by when to comment."""
    from riskwarn import warehouse
    from riskwarn.cases import open_store
    from riskwarn.measures import measures_ahead, show_measures
    from riskwarn.tbtsps.comments import extended_deadlines

    settings = settings_of(home)
    with open_store(settings) as store:
        granted = extended_deadlines(store)
    rows = measures_ahead(settings, enterprise=enterprise, broad=broad, lead=lead, granted=granted)
    show_measures(out, rows, warehouse.published_night(settings) or today(), lang_of(settings))


def serve(
    host: Annotated[
        str, typer.Option(help="address to listen on; another than this machine's own needs a proxy with TLS before it")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="server processes; one per core of a busy desk")] = 1,
    home: HomeOption = None,
) -> None:
    """The console: the warning list in a browser."""
    serve_on(settings_of(home), host, port, processes)


def remind(
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="the day to count from (default: today)")] = None,
    home: HomeOption = None,
) -> None:
    """Reminds subscribers of foreign measures ahead and of overdue cases, and writes the calendar."""
    from riskwarn.screens import show_sending
    from riskwarn.sending import send_overdue, send_reminders

    settings = settings_of(home)
    day = on.date() if on else today()
    told = (send_reminders(settings, day), send_overdue(settings, day))
    for results in told:
        show_sending(out, results, lang_of(settings))
    out.print(str(settings.outbox / f"measures.{lang_of(settings)}.ics"))
    raise typer.Exit(EXIT_CODES["degraded" if any(result["error"] for results in told for result in results.values()) else "done"])


def subscriptions(home: HomeOption = None) -> None:
    """Who is told of what (config/subscriptions.toml in the home); checks the file."""
    from riskwarn.cases import open_store
    from riskwarn.screens import show_subscriptions
    from riskwarn.sending import all_subscriptions

    settings = settings_of(home)
    path = settings.config / "subscriptions.toml"
    with open_store(settings) as store:
        found = all_subscriptions(settings, store.engine)
    if not found:
        out.print(translator(lang_of(settings))("no subscriptions; write {path} (docs/sending.md)").format(path=path))
        return
    show_subscriptions(out, found, lang_of(settings))


COMMANDS = (measures, serve, remind, subscriptions)
