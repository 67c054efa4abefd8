"""The DAGs as Airflow sees them: what there is, how light it parses, what depends on what, and which night a run stands for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from riskwarn import airflow_support
from riskwarn.report import RunReport, write_report
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

SESSION = Path(__file__).with_name("airflow_session.py")


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("parse")
    environment = {**os.environ, "AIRFLOW_HOME": str(folder), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    environment.pop("RISKWARN_RETRY_DELAY_SECONDS", None)
    done = subprocess.run([sys.executable, SESSION, "parse", folder / "out.json"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


def test_there_are_exactly_these_dags(parsed: Any) -> None:
    assert parsed["errors"] == {}
    assert parsed["ids"] == ["riskwarn_nightly", "riskwarn_tbt_sps_daily", "riskwarn_watch"]
    assert parsed["empty"] == []  # a wrong folder is no error to Airflow: hence the exact list above


def test_parsing_is_light(parsed: Any) -> None:
    assert parsed["heavy"] == []


@pytest.mark.parametrize("dag", ["riskwarn_nightly", "riskwarn_tbt_sps_daily", "riskwarn_watch"])
def test_one_run_at_a_time_and_nothing_caught_up(parsed: Any, dag: str) -> None:
    described = parsed["dags"][dag]
    assert (described["max_active_runs"], described["catchup"], described["tells"]) == (1, False, True)


def test_what_follows_what(parsed: Any) -> None:
    assert parsed["dags"]["riskwarn_nightly"]["upstream"] == {
        "wait_for_earlier_night": [],
        "begin_night": ["wait_for_earlier_night"],
        "take_source": ["begin_night"],
        "build": ["take_source"],
        "detect": ["build"],
        "warn": ["detect"],
        "publish": ["warn"],
        "close_night": ["publish"],
    }


def test_sources_are_mapped_when_the_night_runs(parsed: Any) -> None:
    tasks = parsed["dags"]["riskwarn_nightly"]["tasks"]
    assert [name for name, task in tasks.items() if task["is_mapped"]] == ["take_source"]


def test_retries_with_back_off_where_a_retry_can_help(parsed: Any) -> None:
    tasks = parsed["dags"]["riskwarn_nightly"]["tasks"]
    assert tasks["close_night"]["retries"] == 0  # the same report says the same
    for name in set(tasks) - {"close_night"}:
        assert (tasks[name]["retries"], tasks[name]["backoff"]) == (2, True), name
        assert tasks[name]["retry_delay"] == Settings.model_fields["retry_delay_seconds"].default


@pytest.mark.parametrize("dag", ["riskwarn_nightly", "riskwarn_tbt_sps_daily", "riskwarn_watch"])
def test_the_page_says_what_to_do_and_whether_it_can_wait(parsed: Any, dag: str) -> None:
    page = parsed["dags"][dag]["doc_md"]
    assert "wait" in page and "red" in page.lower()
    for name in parsed["dags"][dag]["upstream"]:
        if name not in ("begin_night", "look_for_report"):
            assert f"`{name}`" in page, name
    assert not [path for path in re.findall(r"`((?:reports|outbox|landing)/[^`]*)`", page) if path.startswith("/")]


def run_of(run_type: str, logical: datetime | None, run_after: datetime, **params: Any) -> dict[str, Any]:
    dag_run = SimpleNamespace(run_type=run_type, logical_date=logical, run_after=run_after, dag_id="riskwarn_nightly", run_id="r")
    return {"dag_run": dag_run, "params": {"as_of": None, "publish": None, "send": None, **params}}


NIGHT = datetime(2026, 11, 20, 18, tzinfo=UTC)  # 02:00 on 21 November in China
LATER = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (run_of("scheduled", NIGHT, NIGHT), (date(2026, 11, 21), True, True)),
        (run_of("manual", NIGHT, LATER), (date(2026, 11, 21), True, True)),
        (run_of("manual", None, NIGHT), (date(2026, 11, 21), True, True)),
        (run_of("manual", None, NIGHT, as_of="2026-11-03"), (date(2026, 11, 3), True, True)),
        (run_of("manual", LATER, LATER, send=False), (date(2026, 11, 21), True, False)),
        (run_of("operator_triggered", None, LATER), (date(2026, 11, 21), True, True)),
        (run_of("backfill", NIGHT, LATER), (date(2026, 11, 21), False, False)),
        (run_of("backfill", NIGHT, LATER, publish=True), (date(2026, 11, 21), True, False)),
    ],
)
def test_the_night_a_run_stands_for(context: dict[str, Any], expected: tuple[date, bool, bool]) -> None:
    night = airflow_support.night_of(context)
    assert (night.as_of, night.publish, night.send) == expected


def test_a_night_in_the_future_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RISKWARN_HOME", str(tmp_path))
    with pytest.raises(ValueError, match="in the future"):
        airflow_support.begin_night(run_of("manual", NIGHT, NIGHT, as_of="2962-11-21"))
    assert list(tmp_path.iterdir()) == []


def test_a_night_begins_by_naming_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RISKWARN_HOME", str(tmp_path))
    assert airflow_support.begin_night(run_of("manual", NIGHT, NIGHT, as_of="2024-11-21")) == list(all_sources()) != []


@pytest.mark.parametrize(
    ("run_type", "state", "may_begin"),
    [
        ("backfill", "running", False),
        ("backfill", "queued", False),
        ("backfill", "failed", True),
        ("backfill", None, True),
        ("scheduled", "running", True),
        ("manual", "queued", True),
    ],
)
def test_a_backfill_night_waits_for_the_night_before(run_type: str, state: str | None, may_begin: bool) -> None:
    earlier = SimpleNamespace(state=state) if state else None
    context = {**run_of(run_type, NIGHT, NIGHT), "ti": SimpleNamespace(get_previous_dagrun=lambda: earlier)}
    assert airflow_support.wait_for_earlier_night(context) is may_begin


class TestWatch:
    """06:00: red unless tonight has a list."""

    @pytest.fixture(autouse=True)
    def _home(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("RISKWARN_HOME", str(tmp_path))

    @pytest.mark.parametrize("outcome", ["done", "degraded"])
    def test_content_with_a_list(self, outcome: Any) -> None:
        write_report(Settings(), RunReport(as_of=date(2026, 11, 21), outcome=outcome))
        airflow_support.look_for_report(run_of("scheduled", NIGHT, NIGHT))

    def test_red_without_a_report(self) -> None:
        write_report(Settings(), RunReport(as_of=date(2026, 11, 20), outcome="done"))  # yesterday's does not count
        with pytest.raises(airflow_support.NightNotDone, match="2026-11-21: no report"):
            airflow_support.look_for_report(run_of("scheduled", NIGHT, NIGHT))

    def test_red_after_a_failure(self) -> None:
        write_report(Settings(), RunReport(as_of=date(2026, 11, 21), outcome="failed", error="OSError: disk full"))
        with pytest.raises(airflow_support.NightNotDone, match="disk full"):
            airflow_support.look_for_report(run_of("scheduled", NIGHT, NIGHT))

    def test_tells_in_both_languages_what_is_wrong_and_where_to_read_on(self, tmp_path: Path) -> None:
        path = airflow_support.tell(run_of("scheduled", NIGHT, NIGHT))
        assert path.parent == tmp_path / "outbox" / "alerts"
        text = path.read_text(encoding="utf-8")
        assert "No warning list for the night 2026-11-21" in text and "没有预警清单" in text
        assert "riskwarn_nightly" in text and "reports/2026-11-21/run_report.json" in text

    def test_telling_twice_leaves_one_file(self, tmp_path: Path) -> None:
        assert airflow_support.tell(run_of("manual", NIGHT, NIGHT)) == airflow_support.tell(run_of("manual", NIGHT, NIGHT))
        assert len(list((tmp_path / "outbox" / "alerts").iterdir())) == 1
