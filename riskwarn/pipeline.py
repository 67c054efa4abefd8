"""The spine: one night from landing/ to the published warehouse. Airflow, the command line and the tests call these functions.

Every stage reads and writes lake partitions only, so each may run in a process of its own; running one again gives the same rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from riskwarn import nights
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.report import RunReport, write_report
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

if TYPE_CHECKING:
    from riskwarn.ingest.session import Session

Progress = Callable[[str], None]  # told the name of each stage as it begins


def ingest(
    settings: Settings, source: str, as_of: date | None, *, today: date, history: bool = False, session: Session | None = None
) -> list[Delivery]:
    """Takes in what lies in landing/<source>/; returns the new deliveries. ``today`` is the clock's date, read at the edge.

    One ``session`` may serve several sources, which spares each of them the reference tables. A night also takes in the rows set aside
    earlier that people corrected or released before it.
    """
    from riskwarn.corrections import apply_decisions
    from riskwarn.ingest.intake import take_in

    lake = Lake(settings.lake)
    with _timed(settings, as_of, f"ingest-{source}"):
        taken = take_in(settings, lake, source, today=today, night=as_of, history=history, session=session)
        if as_of is not None and not history:
            taken += apply_decisions(settings, lake, source, as_of, session=session)
    return taken


def check(settings: Settings, source: str, as_of: date) -> str:
    """Validates the source's new deliveries, quarantines bad rows, writes and returns the source's verdict for the night.

    A file that passed for a repeat of one that is set aside here is taken in again and checked too.
    """
    from riskwarn.checks import check_source
    from riskwarn.ingest.again import take_again

    lake = Lake(settings.lake)
    with _timed(settings, as_of, f"check-{source}"):
        checked = check_source(settings, lake, all_sources()[source], as_of)
        if take_again(settings, lake, source, today=as_of):
            checked = check_source(settings, lake, all_sources()[source], as_of)
    return checked.verdict


def build(settings: Settings, as_of: date) -> Path:
    """Builds the night's DuckDB file (staging and core) from what was known before ``as_of``."""
    from riskwarn import warehouse

    with _timed(settings, as_of, "build"):
        return warehouse.build(settings, Lake(settings.lake), as_of)


def detect(settings: Settings, as_of: date) -> pd.DataFrame:
    """Judges every series of every indicator; writes and returns the night's signals. Beside them: what stands too high."""
    from riskwarn import judging, warehouse

    lake = Lake(settings.lake)
    with _timed(settings, as_of, "detect"), warehouse.open_work(settings, as_of) as con:
        watched: list[pd.DataFrame] = []
        memories = judging.recall(lake)
        signals = judging.judge_night(con, as_of, judging.previous_episodes(lake, as_of), watched, memories)
        judging.keep(lake, memories, as_of)
        lake.write_frame("detector_watch", as_of.isoformat(), pd.concat(watched, ignore_index=True))
        lake.write_json("substances", as_of.isoformat(), warehouse.count_substances(con))
        lake.write_frame("standing_excess", as_of.isoformat(), judging.standing_night(con))
        lake.write_frame("signals", as_of.isoformat(), signals)
    return signals


def warn(settings: Settings, as_of: date) -> dict[str, int]:
    """Signals -> episodes -> graded warnings with their reasons and evidence; the case store follows. Returns the list's changes."""
    from riskwarn import judging, warehouse

    lake = Lake(settings.lake)
    with _timed(settings, as_of, "warn"), warehouse.open_work(settings, as_of) as con:
        return judging.warn_night(settings, lake, con, as_of)


def take_source(settings: Settings, source: str, as_of: date, *, today: date, session: Session | None = None) -> str:
    """Ingests and checks one source. Whatever goes wrong with it becomes its verdict and never stops the others."""
    try:
        ingest(settings, source, as_of, today=today, session=session)
        return check(settings, source, as_of)
    except Exception as error:
        return nights.source_failed(settings, source, as_of, error)


def finish(settings: Settings, as_of: date, *, publish: bool = True, send: bool = True) -> RunReport:
    """The publish stage: Data Docs, marts, the atomic switch, the bulletin, the report.

    Backfills pass publish=send=False: what such a night found is in the lake, and ``publish`` alone makes its warehouse later.
    """
    from riskwarn import checks, notify, sending, warehouse

    lake = Lake(settings.lake)
    with _timed(settings, as_of, "publish"):
        checks.write_data_docs(settings, lake, as_of)
        if publish:
            path = warehouse.publish(settings, lake, as_of)
        else:
            warehouse.discard_work(settings, as_of)
        if send:
            notify.send_bulletin(settings, lake, as_of)
            sending.send_night(settings, lake, as_of)
    report = nights.close_night(settings, lake, as_of, published=path.name if publish else "")
    write_report(settings, report)
    return report


def ingest_history(settings: Settings, *, today: date, progress: Progress | None = None) -> list[Delivery]:
    """Loads what lies in landing/ as history (known_on = received_on) and checks it; returns the deliveries."""
    from riskwarn.checks import check_history
    from riskwarn.ingest.again import take_again
    from riskwarn.ingest.session import Session

    lake = Lake(settings.lake)
    taken: list[Delivery] = []
    with Session(settings) as session:
        for name, source in all_sources().items():
            (progress or _silent)(f"ingest {name}")
            new = ingest(settings, name, None, today=today, history=True, session=session)
            checked = {d.delivery_id: d for d in check_history(settings, lake, source, today)}
            if take_again(settings, lake, name, today=today):
                checked |= {d.delivery_id: d for d in check_history(settings, lake, source, today)}
            taken += [checked.get(d.delivery_id, d) for d in new]
    return taken


def run(
    settings: Settings, as_of: date, *, today: date, publish: bool = True, send: bool = True, progress: Progress | None = None
) -> RunReport:
    """The whole night. A failed run leaves a report too, and the published night as it was."""
    from riskwarn.ingest.session import Session

    tell = progress or _silent
    nights.begin(settings, as_of)
    try:
        with Session(settings) as session:
            for source in all_sources():
                tell(f"ingest {source}")
                take_source(settings, source, as_of, today=today, session=session)
        tell("build")
        build(settings, as_of)
        tell("detect")
        detect(settings, as_of)
        tell("warn")
        warn(settings, as_of)
        tell("publish")
        return finish(settings, as_of, publish=publish, send=send)
    except BaseException as error:
        write_report(settings, nights.failed(settings, as_of, error))
        raise


def _silent(_stage: str) -> None:
    return None


@contextmanager
def _timed(settings: Settings, as_of: date | None, stage: str) -> Iterator[None]:
    """Keeps the seconds of a stage for the night's report."""
    began = time.perf_counter()
    yield
    if as_of is not None:
        nights.note_seconds(settings, as_of, stage, time.perf_counter() - began)
