"""What Airflow calls: the DAG files from inside their tasks (one stage of the pipeline each), the plugin for the console."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from riskwarn import nights, pipeline, sending
from riskwarn.lake import replacing
from riskwarn.report import RunReport, read_report, write_report
from riskwarn.settings import TIMEZONE, Settings, day_of
from riskwarn.sources import all_sources
from riskwarn.text import LANGS, translator

Context = Mapping[str, Any]  # Airflow's task context

UNFINISHED = ("queued", "running")
FAILED = ("failed", "upstream_failed")


class NightNotDone(Exception):
    """The night failed or is degraded: what turns the run red."""


@dataclass(frozen=True)
class Night:
    """What one DAG run is to do."""

    as_of: date
    publish: bool  # switch the published warehouse to it (never from a newer night to an older one)
    send: bool


def night_of(context: Context) -> Night:
    """The night a run stands for, the same for a scheduled, a manual and a backfill run.

    ``as_of`` is the date *in China* of the logical date; a run started by hand may have none and then counts by ``run_after``.
    A backfill neither publishes nor sends unless told to.
    """
    run, params = context["dag_run"], context["params"]
    own = day_of(run.logical_date or run.run_after)
    as_of = date.fromisoformat(params["as_of"]) if params.get("as_of") else own
    is_backfill = run.run_type == "backfill"
    publish, send = params.get("publish"), params.get("send")
    return Night(as_of, publish=not is_backfill if publish is None else publish, send=not is_backfill if send is None else send)


def wait_for_earlier_night(context: Context) -> bool:
    """Whether a backfill night may begin: episodes go on from the night before, and Airflow starts ten backfill runs at once."""
    if context["dag_run"].run_type != "backfill":
        return True  # max_active_runs=1 keeps these in order
    earlier = context["ti"].get_previous_dagrun()
    return earlier is None or earlier.state not in UNFINISHED


def begin_night(context: Context) -> list[str]:
    """Forgets an earlier attempt at this night; names the sources, each of which becomes a task."""
    night = night_of(context)
    if night.as_of > today():
        raise ValueError(f"as_of {night.as_of} is in the future")
    nights.begin(Settings(), night.as_of)
    return list(all_sources())


def take_source(context: Context, source: str) -> None:
    """Ingests and checks one source. A failure is its verdict in the lake, for the stages that go on, and a red task, for people."""
    settings, as_of = Settings(), night_of(context).as_of
    try:
        pipeline.ingest(settings, source, as_of, today=today())
        pipeline.check(settings, source, as_of)
    except Exception as error:
        nights.source_failed(settings, source, as_of, error)
        raise


def build(context: Context) -> None:
    pipeline.build(Settings(), night_of(context).as_of)


def detect(context: Context) -> None:
    pipeline.detect(Settings(), night_of(context).as_of)


def warn(context: Context) -> None:
    pipeline.warn(Settings(), night_of(context).as_of)


def publish(context: Context) -> None:
    night = night_of(context)
    pipeline.finish(Settings(), night.as_of, publish=night.publish, send=night.send)


def close_night(context: Context) -> None:
    """The last task: red unless every task went well and the report says done.

    Airflow judges a run by its last tasks, and this one runs whatever happened before: without it a night that lost a source,
    or broke off before `publish` and shows the report of an earlier attempt, would end green.
    """
    settings, as_of = Settings(), night_of(context).as_of
    broken = _broken_tasks(context)
    if any(not name.startswith("take_source") for name in broken):
        error = NightNotDone("failed: " + ", ".join(broken))
        write_report(settings, nights.failed(settings, as_of, error))
        raise error
    report = read_report(settings, as_of)
    if report is None or report.outcome != "done":
        raise NightNotDone(_told(as_of, report))


def take_measures(context: Context, source: str) -> None:
    """Takes in a source of foreign measures that came during the day, for the night after: it is checked before anybody is waiting."""
    settings, as_of = Settings(), night_of(context).as_of + timedelta(days=1)
    pipeline.ingest(settings, source, as_of, today=today())
    if pipeline.check(settings, source, as_of) == "quarantined":
        raise NightNotDone(f"{source}: quarantined; look at `riskwarn sources`")


def remind(context: Context) -> None:
    """Reminds of foreign measures; red where a channel failed."""
    _all_told(sending.send_reminders(Settings(), night_of(context).as_of))


def escalate(context: Context) -> None:
    """Takes what is overdue one unit up and tells who asked for it; the case store keeps what was taken where."""
    _all_told(sending.send_overdue(Settings(), night_of(context).as_of))


def _all_told(results: Mapping[str, Mapping[str, Any]]) -> None:
    failed = [f"{name}: {result['error']}" for name, result in results.items() if result["error"]]
    if failed:
        raise NightNotDone("; ".join(failed))


def look_for_report(context: Context) -> None:
    """The watch at 06:00: red unless tonight's run left a report that is not a failure."""
    as_of = night_of(context).as_of
    report = read_report(Settings(), as_of)
    if report is None or report.outcome == "failed":
        raise NightNotDone(_told(as_of, report))


def tell(context: Context) -> Path:
    """Says that a run failed: always as a file in ``outbox/alerts/``, and by mail where that is set up."""
    settings, as_of = Settings(), night_of(context).as_of
    run = context["dag_run"]
    subject, body = _alert(run.dag_id, run.run_id, as_of, read_report(settings, as_of))
    path = settings.outbox / "alerts" / (re.sub(r"[^\w.-]+", "_", f"{as_of}_{run.dag_id}_{run.run_id}") + ".md")
    with replacing(path) as aside:
        aside.write_text(body, encoding="utf-8")
    if settings.alert_mail_to:
        _mail(settings.alert_mail_to, subject, body)
    return path


def now() -> datetime:
    """The time in China: the clock is read here and handed down."""
    return datetime.now(TIMEZONE)


def today() -> date:
    """The date in China."""
    return now().date()


async def console(scope: Any, receive: Any, send: Any) -> None:
    """The officers' console inside Airflow's API server: who is signed in there is, by the same name, the person here."""
    await _console()(scope, receive, send)


@cache
def _console() -> Any:
    from riskwarn.web.inside import Inside

    return Inside(Settings(), now, _signed_in)


async def _signed_in(scope: Any) -> str:
    """The name of Airflow's user, as Airflow itself reads it from the request; empty for nobody."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import HTTPException, Request

    try:
        user = await get_user(Request(scope), None, None)
    except HTTPException:
        return ""
    return str(user.get_name())


def _broken_tasks(context: Context) -> list[str]:
    run = context["dag_run"]
    states: dict[str, Any] = context["ti"].get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {})
    return sorted(name for name, state in states.items() if state in FAILED)


def _told(as_of: date, report: RunReport | None) -> str:
    if report is None:
        return f"night {as_of}: no report"
    bad = ", ".join(f"{name} {part['verdict']}" for name, part in report.sources.items() if part["verdict"] != "ok")
    return f"night {as_of}: {report.outcome}" + (f": {bad}" if bad else "") + (f" ({report.error})" if report.error else "")


def _alert(dag_id: str, run_id: str, as_of: date, report: RunReport | None) -> tuple[str, str]:
    """Subject and body (Markdown), in both languages: what is wrong, for which night, and where to read on."""
    said: list[str] = []
    for lang in LANGS:
        _ = translator(lang)
        if report is None:
            said.append(_("No warning list for the night {as_of}: its run left no report.").format(as_of=as_of))
        elif report.outcome == "failed":
            said.append(_("No warning list for the night {as_of}: its run failed.").format(as_of=as_of))
        else:
            said.append(_("The warning list of the night {as_of} is out, but not everything went well.").format(as_of=as_of))
        said.append(_("Read the page of {dag_id} in Airflow: it says what to do, and whether it can wait.").format(dag_id=dag_id))
    facts = f"    {_told(as_of, report)}\n    {dag_id} {run_id}\n    reports/{as_of}/run_report.json\n"
    return f"riskwarn {as_of}: {said[0]}", "\n\n".join(said) + "\n\n" + facts


def _mail(to: str, subject: str, body: str) -> None:
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    with SmtpHook() as smtp:
        smtp.send_email_smtp(to=to, subject=subject, html_content=f"<pre>{escape(body)}</pre>")
