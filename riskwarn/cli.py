"""The command line. One of the edges: the clock and the environment are read here and handed down."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from riskwarn import cli_case_work, cli_comments, cli_notices, cli_people, cli_quarantine, cli_readers, cli_tbtsps_steps
from riskwarn.edge import HomeOption, err, now, out, today
from riskwarn.edge import lang_of as _lang
from riskwarn.edge import settings_of as _settings
from riskwarn.report import EXIT_CODES, RunReport
from riskwarn.settings import Settings
from riskwarn.text import translator

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(cli_case_work.app, name="case")
app.add_typer(cli_notices.app, name="notice")
app.add_typer(cli_tbtsps_steps.app, name="tbtsps")
cli_tbtsps_steps.app.add_typer(cli_comments.comment, name="comment")
cli_tbtsps_steps.app.add_typer(cli_comments.concern, name="concern")
cli_tbtsps_steps.app.command()(cli_comments.barriers)
app.add_typer(cli_people.people, name="people")
for command in cli_readers.COMMANDS:
    app.command()(command)
app.add_typer(cli_people.cases, name="cases")
app.add_typer(cli_quarantine.app, name="quarantine")
app.command("raise")(cli_people.raise_information)

AsOfOption = Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="the night: sees what was known before this date")]
PublishOption = Annotated[bool, typer.Option("--publish/--no-publish", help="make this night's warehouse file and switch to it")]
SendOption = Annotated[bool, typer.Option("--send/--no-send", help="write the bulletin to the outbox")]


@app.command()
def demo(
    home: HomeOption = None,
    seed: Annotated[int, typer.Option(help="the same seed gives the same country and the same warnings")] = 1,
    open_console: Annotated[bool, typer.Option("--serve", help="opens the console on it afterwards")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = 8000,
) -> None:
    """A synthetic country: its sources, planted events, nightly runs, and the warning list beside the truth."""
    from riskwarn.demo.run import run_demo

    settings = _settings(home or Settings().home / "demo")
    code = run_demo(settings, seed=seed, console=out)
    if open_console:
        from riskwarn.demo.staff import STAFF, employ

        password = employ(settings, now())
        text = translator(_lang(settings))("sign in as {logins}; password of this demo: {password}")
        out.print(text.format(logins=", ".join(login for login, _, _ in STAFF), password=password), highlight=False, markup=False)
        cli_readers.serve_on(settings.model_copy(update={"cases_url": None}), "127.0.0.1", port)
    raise typer.Exit(code)


@app.command()
def run(
    as_of: AsOfOption,
    home: HomeOption = None,
    publish: PublishOption = True,
    send: SendOption = True,
) -> None:
    """The whole night: ingest, check, build, detect, warn, publish."""
    from riskwarn import pipeline
    from riskwarn.screens import show_report, show_warnings

    settings = _settings(home)
    with _spinner(settings) as progress:
        report = pipeline.run(settings, as_of.date(), today=today(), publish=publish, send=send, progress=progress)
    show_warnings(out, settings, as_of.date(), _lang(settings))
    show_report(out, report, _lang(settings))
    raise typer.Exit(report.exit_code)


@app.command()
def ingest(
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="the night that takes the files in")] = None,
    home: HomeOption = None,
    history: Annotated[bool, typer.Option("--history", help="load as history: known when received, not when delivered")] = False,
) -> None:
    """Takes in what lies in landing/ (with --history: as history)."""
    from riskwarn import pipeline
    from riskwarn.screens import show_deliveries
    from riskwarn.sources import all_sources

    if as_of is None and not history:
        raise typer.BadParameter(translator(_lang(Settings()))("give --as-of DATE, or --history to load old data"))
    settings = _settings(home)
    night = as_of.date() if as_of else None
    with _spinner(settings) as progress:
        if history:
            taken = pipeline.ingest_history(settings, today=today(), progress=progress)
        else:
            taken = [d for source in all_sources() for d in pipeline.ingest(settings, source, night, today=today())]
    raise typer.Exit(show_deliveries(out, taken, _lang(settings)))


@app.command()
def check(as_of: AsOfOption, home: HomeOption = None) -> None:
    """Validates the new deliveries and gives each source its verdict."""
    from riskwarn import pipeline
    from riskwarn.sources import all_sources

    settings = _settings(home)
    verdicts = {source: pipeline.check(settings, source, as_of.date()) for source in all_sources()}
    _ = translator(_lang(settings))
    for source, verdict in verdicts.items():
        out.print(f"{_(f'source {source}')}: {_(f'verdict {verdict}')}")
    raise typer.Exit(EXIT_CODES["done" if set(verdicts.values()) == {"ok"} else "degraded"])


@app.command()
def build(as_of: AsOfOption, home: HomeOption = None) -> None:
    """Builds the night's DuckDB file from the lake."""
    from riskwarn import pipeline

    out.print(str(pipeline.build(_settings(home), as_of.date())))


@app.command()
def detect(as_of: AsOfOption, home: HomeOption = None) -> None:
    """Judges every series of every indicator."""
    from riskwarn import pipeline

    settings = _settings(home)
    signals = pipeline.detect(settings, as_of.date())
    text = translator(_lang(settings))("{kept} signals of interest, {rejected} of them to warn of")
    out.print(text.format(kept=len(signals), rejected=int(signals["is_rejected"].sum()) if len(signals) else 0))


@app.command()
def warn(as_of: AsOfOption, home: HomeOption = None) -> None:
    """Carries the episodes over the night and grades its warnings."""
    from riskwarn import pipeline
    from riskwarn.screens import show_warnings

    settings = _settings(home)
    pipeline.warn(settings, as_of.date())
    show_warnings(out, settings, as_of.date(), _lang(settings))


@app.command()
def publish(as_of: AsOfOption, home: HomeOption = None, switch: PublishOption = True, send: SendOption = True) -> None:
    """Finishes the night: marts, Data Docs, the atomic switch, the bulletin, the report."""
    from riskwarn import pipeline
    from riskwarn.screens import show_report

    settings = _settings(home)
    report = pipeline.finish(settings, as_of.date(), publish=switch, send=send)
    show_report(out, report, _lang(settings))
    raise typer.Exit(report.exit_code)


@app.command()
def surveil(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet with series, week (a Monday), count and, if known, exposure")],
    out_file: Annotated[Path, typer.Option("--out", help="where to write series, week, count, expected, upper, p_value, alarm")],
    alpha: Annotated[float, typer.Option(min=1e-6, max=0.5, help="alarms per quiet series-week")] = 0.01,
    start: Annotated[datetime | None, typer.Option("--start", formats=["%Y-%m-%d"], help="first week to judge")] = None,
) -> None:
    """The count detector on any long table: every week judged from earlier weeks only."""
    from riskwarn.surveil import surveil_file

    surveil_file(file, out_file, alpha=alpha, start=start.date() if start else None)
    out.print(str(out_file))


@app.command()
def backtest(
    begin: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first night")],
    end: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last night")],
    out_file: Annotated[Path, typer.Option("--out", help="CSV or Parquet: one row per episode that a replayed night opened")],
    every: Annotated[int, typer.Option(min=1, help="days from one replayed night to the next")] = 7,
    events_file: Annotated[Path | None, typer.Option("--events", help="CSV or TOML: documented events to look for")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="page with tables and plots; needs --events")] = None,
    seed: Annotated[int, typer.Option(help="of the placebo lanes")] = 1,
    home: HomeOption = None,
) -> None:
    """Replays nights from the lake, each knowing only what was known before it."""
    from riskwarn.backtest import replay, write_table
    from riskwarn.evaluation import as_plain, evaluate, read_events, write_evaluation
    from riskwarn.report import write_backtest

    settings = _settings(home)
    _ = translator(_lang(settings))
    if html_file and not events_file:
        raise typer.BadParameter(_("--html needs --events FILE"))
    events = read_events(events_file) if events_file else ()  # before the replay: a mistake shows at once
    with _spinner(settings) as progress:
        found = replay(settings, begin.date(), end.date(), every, lambda night: progress(night.isoformat()))
    write_table(found.episodes, out_file)
    out.print(_("{count} episodes -> {file}").format(count=len(found.episodes), file=out_file))
    if events:
        result = evaluate(found.openings, found.lanes, events, (begin.date(), end.date(), every), seed=seed)
        for line in write_evaluation(result, out_file, html_file, _lang(settings)):
            out.print(line, highlight=False)
        write_backtest(
            settings, {"made_on": today().isoformat(), "events_file": events_file.name if events_file else "", **as_plain(result)}
        )


@app.command()
def report(
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="the night (default: the newest)")] = None,
    home: HomeOption = None,
) -> None:
    """The night's report and its warning list."""
    from riskwarn.report import newest_report, read_report
    from riskwarn.screens import show_report, show_warnings

    settings = _settings(home)
    found: RunReport | None = read_report(settings, as_of.date()) if as_of else newest_report(settings)
    if found is None:
        err.print(translator(_lang(settings))("no night has left a report in {home}").format(home=settings.home))
        raise typer.Exit(1)
    show_warnings(out, settings, found.as_of, _lang(settings))
    show_report(out, found, _lang(settings))
    raise typer.Exit(found.exit_code)


@app.command()
def sources(home: HomeOption = None) -> None:
    """The sources: where to drop files, how often they are due, what has come."""
    from riskwarn.screens import show_sources

    settings = _settings(home)
    show_sources(out, settings, _lang(settings))


@app.command()
def shell(
    home: HomeOption = None,
    command: Annotated[str | None, typer.Option("--command", "-c", help="run this query and leave")] = None,
) -> None:
    """Queries on the published night (read-only); a .sql file of warehouse/cookbook/ can be piped in."""
    from riskwarn.screens import run_shell

    settings = _settings(home)
    raise typer.Exit(run_shell(out, settings, _lang(settings), command))


@app.command()
def doctor(
    home: HomeOption = None,
    expire: Annotated[bool, typer.Option("--expire", help="remove raw files older than RISKWARN_KEEP_RAW_DAYS first")] = False,
) -> None:
    """Looks for what is wrong: counts that do not add up, half-done deliveries, an unreadable night or case store."""
    from riskwarn.doctor import examine, expire_raw

    settings = _settings(home)
    _ = translator(_lang(settings))
    if expire:
        out.print(_("{count} raw files removed").format(count=expire_raw(settings, today())))
    findings = examine(settings)
    for finding in findings:
        out.print(
            f"[{'green' if finding.is_ok else 'red'}]{'✓' if finding.is_ok else '✗'}[/] {finding.text(_lang(settings))}", highlight=False
        )
    bad = sum(not f.is_ok for f in findings)
    out.print(_("all is well") if not bad else _("{count} findings").format(count=bad))
    raise typer.Exit(1 if bad else 0)


@contextmanager
def _spinner(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Shows what is being done; on a log (no terminal) one line per stage."""
    _ = translator(_lang(settings))

    def told(stage: str) -> str:
        name, _space, rest = stage.partition(" ")
        return _(f"stage {name}") + (" " + _(f"source {rest}") if rest else "") if name in STAGES else stage

    if not err.is_terminal:
        yield lambda stage: err.print(told(stage), highlight=False)
        return
    with err.status("") as status:
        yield lambda stage: status.update(told(stage))


STAGES = ("ingest", "build", "detect", "warn", "publish")


def _localise(command: Any, _: Callable[[str], str]) -> None:
    """Help texts in the reader's language; the English text is the message id."""
    if command.help:
        command.help = _(" ".join(command.help.split()))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _localise(child, _)


def main() -> None:
    """Runs the command line; an error is told in one line with the next step, never as a traceback (RISKWARN_DEBUG=1 shows it)."""
    settings = Settings()
    command = typer.main.get_command(app)
    _localise(command, translator(_lang(settings)))
    try:
        command()
    except Exception as error:
        if settings.debug:
            raise
        err.print(f"riskwarn: {type(error).__name__}: {error}", style="red", markup=False, highlight=False)
        for note in getattr(error, "__notes__", ()):
            err.print(f"  {note}", markup=False, highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
