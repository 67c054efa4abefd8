"""`riskwarn demo`: three years of a synthetic country through the production functions, then the list beside the truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from riskwarn.demo.compare import compare, write_comparison
from riskwarn.demo.deliveries import NIGHTS, REPLAY_WEEKS, Drop, deliveries, drop, last_nights, replay_mondays
from riskwarn.demo.events import truth_frame, write_truth
from riskwarn.demo.generate import generate
from riskwarn.demo.screen import language, show_results
from riskwarn.report import RunReport
from riskwarn.settings import Settings
from riskwarn.text import translator

MARKER = ".riskwarn-demo"  # says that everything in the folder is a demo's and may be replaced

Step = Callable[[str], None]  # told what begins; each call is one step of the bar


class NotADemo(Exception):
    """The folder holds something that no demo wrote."""


def run_demo(settings: Settings, *, seed: int, console: Console) -> int:
    """Runs the demo in ``settings.home`` and prints its results; returns the exit code of the last night.

    The same seed gives the same files and the same warnings. Raises NotADemo where the folder holds anything else.
    """
    # Whatever case store the user has configured is not the demo's: it keeps its own beside its warehouse.
    settings = settings.model_copy(update={"cases_url": None})
    lang = language(settings)
    _ = translator(lang)
    prepare_home(settings.home, _)
    console.print(_("A synthetic country, three years, seed {seed}, in {home}").format(seed=seed, home=settings.home), soft_wrap=True)
    with _progress(console, _) as step:
        step(_("drawing the country"))
        facts = generate(seed)
        truth = truth_frame(facts.events)
        write_truth(settings.home / "truth.csv", facts.events)
        report = _replay(settings, deliveries(facts), facts.world.end, step, _)
    warnings = published_warnings(settings)
    comparison = compare(truth, warnings)
    write_comparison(settings.home / "demo_comparison.csv", comparison)
    show_results(console, settings, warnings, comparison, lang)
    return report.exit_code


def prepare_home(home: Path, _: Callable[[str], str]) -> None:
    """An empty folder with the marker; an earlier demo is replaced whole, anything else is left alone."""
    if home.is_dir() and any(home.iterdir()):
        if not (home / MARKER).is_file():
            text = _("{home} holds something that no demo wrote; nothing was changed. Choose another folder with --home.")
            raise NotADemo(text.format(home=home))
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).write_text("riskwarn demo\n", encoding="utf-8")


def _replay(settings: Settings, drops: list[Drop], end: date, step: Step, _: Callable[[str], str]) -> RunReport:
    """History, the replayed Mondays, the last seven nights; each night finds in landing/ what was delivered before it."""
    from riskwarn import pipeline

    mondays, nights = replay_mondays(end), last_nights(end)
    waiting = iter([one for one in drops if not one.is_history])
    step(_("writing the history"))
    for one in drops:
        if one.is_history:
            drop(settings.landing, one)
    step(_("loading the history"))
    pipeline.ingest_history(settings, today=mondays[0])
    due: Drop | None = next(waiting)
    for night in mondays + nights:
        step(_("night of {night}").format(night=night))
        while due is not None and due.delivered_on < night:
            drop(settings.landing, due)
            due = next(waiting, None)
        is_last = night in nights
        report = pipeline.run(settings, night, today=night, publish=is_last, send=is_last)
    return report


def published_warnings(settings: Settings) -> pd.DataFrame:
    """Every warning of the published night, as any analyst reads it."""
    from riskwarn import warehouse

    with warehouse.open_published(settings) as con:
        return con.execute("from mart_warnings order by warning_id").df()


@contextmanager
def _progress(console: Console, _: Callable[[str], str]) -> Iterator[Step]:
    """A bar on a terminal; on a log, one line per step."""
    if not console.is_terminal:
        yield lambda what: console.print(what, highlight=False)
        return
    steps = 3 + REPLAY_WEEKS + NIGHTS
    counted = TextColumn("{task.completed}/{task.total}")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), counted, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(_("starting"), total=steps)

        def step(what: str) -> None:
            progress.update(task, description=what, advance=1)

        yield step
