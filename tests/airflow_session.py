"""Runs real DAG runs in a process of its own (Airflow reads its configuration when it is imported); writes what came of them as JSON.

    python airflow_session.py parse OUT.json
    python airflow_session.py nights OUT.json PLAN.json
    python airflow_session.py console OUT.json PLAN.json

A plan of nights is a list of runs: {"name", "dag_id", "logical_date" (or null), "conf", "before": a shell command}; one of the console a
list of people {"name", "password" (empty: nobody signs in), "get": addresses} whose requests go to Airflow's API server in this order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DAGS = Path(__file__).resolve().parent.parent / "dags"
HEAVY = ("pandas", "pyod", "great_expectations", "duckdb", "sklearn", "scipy", "numpy", "pyarrow", "riskwarn")


def parse() -> dict[str, Any]:
    """What DagBag makes of the folder, and which heavy libraries parsing brought in."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(DAGS))
    return {
        "ids": sorted(bag.dags),
        "errors": bag.import_errors,
        "heavy": sorted(name for name in HEAVY if name in sys.modules),
        "dags": {name: _described(dag) for name, dag in bag.dags.items()},
        "empty": sorted(DagBag(str(DAGS / "no-such-folder")).dags),
    }


def _described(dag: Any) -> dict[str, Any]:
    return {
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "doc_md": dag.doc_md,
        "tells": bool(dag.on_failure_callback),
        "upstream": {task.task_id: sorted(task.upstream_task_ids) for task in dag.tasks},
        "tasks": {
            task.task_id: {
                "retries": task.retries,
                "retry_delay": task.retry_delay.total_seconds(),
                "backoff": bool(task.retry_exponential_backoff),
                "trigger_rule": str(task.trigger_rule),
                "is_mapped": task.is_mapped,
            }
            for task in dag.tasks
        },
    }


def nights(plan: list[dict[str, Any]]) -> dict[str, Any]:
    """Runs each DAG run of the plan, one after the other, in a fresh database."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    bag = DagBag(str(DAGS))
    done: dict[str, Any] = {}
    for step in plan:
        if step.get("before"):
            subprocess.run(["bash", "-c", step["before"]], check=True)
        logical = datetime.fromisoformat(step["logical_date"]) if step["logical_date"] else None
        run = bag.dags[step["dag_id"]].test(logical_date=logical, run_conf=step.get("conf"))
        tasks = [(f"{ti.task_id}[{ti.map_index}]", str(ti.state), ti.try_number) for ti in run.get_task_instances()]
        done[step["name"]] = {"state": str(run.state), "logical_date": str(run.logical_date), "tasks": tasks}
    done["cron"] = _cron_runs(bag)
    done["backfill"] = _backfill_runs()
    return done


def _cron_runs(bag: Any) -> list[dict[str, str]]:
    """What the scheduler would create in some nights of February and March, as (logical_date, run_after)."""
    from airflow.serialization.serialized_objects import DagSerialization

    dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(bag.dags["riskwarn_nightly"]))
    infos = dag.iter_dagrun_infos_between(datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    return [{"logical_date": info.logical_date.isoformat(), "run_after": info.run_after.isoformat()} for info in infos]


def _backfill_runs() -> list[dict[str, str]]:
    """The runs that `airflow backfill create` makes."""
    from airflow.models.backfill import _create_backfill
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select

    _create_backfill(
        dag_id="riskwarn_nightly",
        from_date=datetime(2026, 2, 27, tzinfo=UTC),
        to_date=datetime(2026, 3, 2, tzinfo=UTC),
        max_active_runs=10,
        reverse=False,
        dag_run_conf=None,
        triggering_user_name="test",
    )
    with create_session() as session:
        runs = session.scalars(select(DagRun).where(DagRun.run_id.like("backfill%")).order_by(DagRun.logical_date)).all()
        return [
            {"logical_date": r.logical_date.isoformat(), "run_after": r.run_after.isoformat(), "run_type": str(r.run_type)} for r in runs
        ]


def console(plan: list[dict[str, Any]]) -> dict[str, Any]:
    """What Airflow's API server answers to people who sign in to it by its own door, by name and address; redirects are followed."""
    from airflow.api_fastapi.app import create_app
    from airflow.utils.db import initdb
    from fastapi.testclient import TestClient

    initdb()
    done: dict[str, Any] = {}
    with TestClient(create_app(apps="core"), base_url="http://airflow.test") as browser:
        for person in plan:
            # Cookies of the console stay: another person at the same browser.
            browser.cookies.delete("_token") if "_token" in browser.cookies else None
            if person["password"]:
                said = {"username": person["name"], "password": person["password"]}
                browser.cookies.set("_token", browser.post("/auth/token", json=said).json()["access_token"])
            for address in person["get"]:
                got = browser.get(address)
                answer = {"status": got.status_code, "url": str(got.url), "text": got.text, "headers": dict(got.headers)}
                done[f"{person['name']} {address}"] = answer | {"cookies": [c.path for c in browser.cookies.jar if "riskwarn" in c.name]}
    return done


if __name__ == "__main__":
    plan = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")) if len(sys.argv) > 3 else []
    answer = parse() if sys.argv[1] == "parse" else {"nights": nights, "console": console}[sys.argv[1]](plan)
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
