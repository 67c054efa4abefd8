"""07:30: foreign measures. Reads what came in, reminds of comment periods, takes overdue cases one unit up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, task


def tell(context: Any) -> None:
    from riskwarn import airflow_support

    airflow_support.tell(context)


def step(name: str, *arguments: str, **options: Any) -> Any:
    """A task that calls ``riskwarn.airflow_support.<name>``; riskwarn is imported when it runs, never when this file is parsed."""

    def call(**context: Any) -> None:
        from riskwarn import airflow_support

        getattr(airflow_support, name)(context, *arguments)

    return task(task_id="_".join([name, *arguments]), **options)(call)()


with DAG(
    dag_id="riskwarn_tbt_sps_daily",
    description="07:30: foreign measures taken in, reminders sent, overdue cases escalated",
    schedule=CronTriggerTimetable("30 7 * * *", timezone="Asia/Shanghai"),
    start_date=datetime(2000, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=1)},
    on_failure_callback=tell,
    doc_md=Path(__file__).with_suffix(".md").read_text(encoding="utf-8"),
    params={"as_of": Param(None, type=["null", "string"], format="date", description="day to count from; empty: today in China")},
    tags=["riskwarn"],
):
    # Each looks after itself: a spreadsheet that cannot be read does not keep a reminder back.
    step("take_measures", "wto_notifications") >> step("take_measures", "exporter_profiles")
    step("remind")
    step("escalate")
