"""Real nights under Airflow on a week of the synthetic country: one that goes well, one with a source that fails, and the watch."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from riskwarn import airflow_support
from riskwarn.demo.deliveries import deliveries, drop
from riskwarn.demo.generate import generate
from riskwarn.sources import all_sources

SESSION = Path(__file__).with_name("airflow_session.py")
FIRST = date(2024, 5, 27)  # a Monday: every source has sent its week the day before
SECOND = FIRST + timedelta(days=1)


class MailServer(socketserver.ThreadingTCPServer):
    """Takes any mail by SMTP and keeps it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailSession)
        self.mails: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class MailSession(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                assert isinstance(self.server, MailServer)
                self.server.mails.append("\n".join(lines))
            self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one week's delivery of every source."""
    home = tmp_path_factory.mktemp("country")
    for one in deliveries(generate(1, FIRST + timedelta(weeks=1))):
        if one.delivered_on == FIRST - timedelta(days=1):
            drop(home / "landing", one)
    return home


@pytest.fixture(scope="module")
def done(home: Path, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What came of the runs, by name."""
    folder = tmp_path_factory.mktemp("airflow")
    lock = home / "work" / "ingest" / "port_inspections.lock"
    plan = [
        {"name": "good", "dag_id": "riskwarn_nightly", "logical_date": "2024-05-26T18:00:00+00:00"},
        {"name": "measures", "dag_id": "riskwarn_tbt_sps_daily", "logical_date": "2024-05-26T23:30:00+00:00"},
        {"name": "watch_good", "dag_id": "riskwarn_watch", "logical_date": "2024-05-26T22:00:00+00:00"},
        {
            "name": "one_source_fails",
            "dag_id": "riskwarn_nightly",
            "logical_date": None,
            "conf": {"as_of": SECOND.isoformat(), "send": False},
            "before": f"rm '{lock}' && mkdir '{lock}'",  # the operating system refuses to open it, for this source alone
        },
        {"name": "watch_no_run", "dag_id": "riskwarn_watch", "logical_date": None, "conf": {"as_of": "2024-05-29"}},
    ]
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    host, port = mail_server.server_address[:2]
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(SESSION.parent.parent / "dags"),
        "AIRFLOW_CONN_SMTP_DEFAULT": f"smtp://{host!s}:{port}?disable_ssl=true&disable_tls=true&from_email=night%40riskwarn.test",
        "RISKWARN_HOME": str(home),
        "RISKWARN_RETRY_DELAY_SECONDS": "0",
        "RISKWARN_ALERT_MAIL_TO": "operator@riskwarn.test",
    }
    session = [sys.executable, SESSION, "nights", folder / "out.json", folder / "plan.json"]
    ran = subprocess.run(session, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-5000:]
    yield json.loads((folder / "out.json").read_text(encoding="utf-8"))
    shutil.rmtree(folder)


def report(home: Path, as_of: date) -> Any:
    return json.loads((home / "reports" / as_of.isoformat() / "run_report.json").read_text(encoding="utf-8"))


def states(run: Any) -> dict[str, str]:
    return {name: state for name, state, _ in run["tasks"]}


def test_a_good_night_is_green_and_published(done: Any, home: Path) -> None:
    assert done["good"]["state"] == "success", done["good"]["tasks"]
    assert set(states(done["good"]).values()) == {"success"}
    assert report(home, FIRST)["outcome"] == "done"
    assert list((home / "published").glob(f"{FIRST}-*.duckdb"))


def test_every_source_is_a_task_of_its_own(done: Any) -> None:
    taken = [name for name in states(done["good"]) if name.startswith("take_source")]
    assert len(taken) == len(all_sources()) > 1


def test_a_failing_source_stops_nothing_and_turns_the_run_red(done: Any, home: Path) -> None:
    run = done["one_source_fails"]
    number = list(all_sources()).index("port_inspections")
    failed = {name for name, state in states(run).items() if state == "failed"}
    assert run["state"] == "failed"
    assert failed == {f"take_source[{number}]", "close_night[-1]"}
    told = report(home, SECOND)
    assert told["outcome"] == "degraded"
    assert told["sources"]["port_inspections"]["verdict"] == "missing"
    broken = [name for name, part in told["sources"].items() if "source_failed" in {issue["code"] for issue in part["issues"]}]
    assert broken == ["port_inspections"]
    assert (home / "warehouse.duckdb").resolve().name.startswith(f"{SECOND}-")


def test_what_a_retry_can_help_is_tried_again(done: Any) -> None:
    tries = {name: tries for name, state, tries in done["one_source_fails"]["tasks"] if state == "failed"}
    number = list(all_sources()).index("port_inspections")
    assert tries == {f"take_source[{number}]": 3, "close_night[-1]": 1}


def test_a_manual_run_without_a_logical_date_takes_the_night_it_is_told(done: Any) -> None:
    assert done["one_source_fails"]["logical_date"] == "None"


def test_failures_are_told_in_a_file_and_by_mail(done: Any, home: Path, mail_server: MailServer) -> None:
    alerts = sorted(path.name for path in (home / "outbox" / "alerts").iterdir())
    assert [name[:27] for name in alerts] == [f"{SECOND}_riskwarn_nightly"[:27], "2024-05-29_riskwarn_watch_m"]
    assert "port_inspections missing" in (home / "outbox" / "alerts" / alerts[0]).read_text(encoding="utf-8")
    assert len(mail_server.mails) == 2
    assert all("operator@riskwarn.test" in mail for mail in mail_server.mails)


def test_the_morning_takes_in_measures_and_reminds(done: Any, home: Path) -> None:
    assert done["measures"]["state"] == "success"
    names = {name.removesuffix("[-1]") for name, _, _ in done["measures"]["tasks"]}
    assert names >= {"remind", "escalate", "take_measures_wto_notifications"}
    assert (home / "outbox" / "measures.zh_CN.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_the_watch_is_green_with_a_list_and_red_without(done: Any) -> None:
    assert (done["watch_good"]["state"], done["watch_no_run"]["state"]) == ("success", "failed")


@pytest.mark.parametrize("kind", ["cron", "backfill"])
def test_runs_that_airflow_itself_makes_stand_for_the_night_they_begin_in(done: Any, kind: str) -> None:
    """02:00 in China is 18:00 of the day before in UTC, across the end of a month too."""
    nights = []
    for made in done[kind]:
        logical, after = datetime.fromisoformat(made["logical_date"]), datetime.fromisoformat(made["run_after"])
        assert (logical.astimezone(UTC).hour, logical.minute) == (18, 0)
        run = SimpleNamespace(run_type=made.get("run_type", "scheduled"), logical_date=logical, run_after=after)
        nights.append(airflow_support.night_of({"dag_run": run, "params": {}}))
    assert [night.as_of for night in nights] == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert {(night.publish, night.send) for night in nights} == {(kind == "cron", kind == "cron")}
