"""06:00: is there a list for today? A run that never began cannot tell of itself, so another one looks."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, task


def tell(context: Any) -> None:
    from riskwarn import airflow_support

    airflow_support.tell(context)


with DAG(
    dag_id="riskwarn_watch",
    description="06:00: tells when tonight's run has left no list",
    schedule=CronTriggerTimetable("0 6 * * *", timezone="Asia/Shanghai"),
    start_date=datetime(2000, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    on_failure_callback=tell,
    doc_md=Path(__file__).with_suffix(".md").read_text(encoding="utf-8"),
    params={"as_of": Param(None, type=["null", "string"], format="date", description="night to look for; empty: today in China")},
    tags=["riskwarn"],
):

    @task(task_id="look_for_report")
    def look(**context: Any) -> None:
        from riskwarn import airflow_support

        airflow_support.look_for_report(context)

    look()
