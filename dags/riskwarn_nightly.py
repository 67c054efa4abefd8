"""The night under Airflow. It only says what runs when; what a stage does is in riskwarn/pipeline.py."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, ExceptionRetryPolicy, Param, RetryAction, RetryRule, task

# A wrong value or a missing table is the same five minutes later; a full disk, a lock or a mail server may not be.
HOPELESS: list[Any] = [ValueError, TypeError, LookupError, AttributeError, ImportError, AssertionError]
RETRYING: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=float(os.environ.get("RISKWARN_RETRY_DELAY_SECONDS", "300"))),
    "retry_exponential_backoff": 2.0,
    "retry_policy": ExceptionRetryPolicy(rules=[RetryRule(exception=HOPELESS, action=RetryAction.FAIL)]),
    "execution_timeout": timedelta(hours=2),
}
PARAMS = {
    "as_of": Param(None, type=["null", "string"], format="date", description="night to judge; empty: the run's own date in China"),
    "publish": Param(None, type=["null", "boolean"], description="switch the warehouse to this night; empty: yes, in a backfill no"),
    "send": Param(None, type=["null", "boolean"], description="send the bulletins; empty: yes, in a backfill no"),
}


def step(name: str, **options: Any) -> Any:
    """A task that calls ``riskwarn.airflow_support.<name>``; riskwarn is imported when it runs, never when this file is parsed."""

    def call(source: str | None = None, **context: Any) -> Any:
        from riskwarn import airflow_support

        return getattr(airflow_support, name)(context, source) if source else getattr(airflow_support, name)(context)

    return (task.sensor if options.get("mode") else task)(task_id=name, **options)(call)


def tell(context: Any) -> None:
    from riskwarn import airflow_support

    airflow_support.tell(context)


with DAG(
    dag_id="riskwarn_nightly",
    description="landing/ to warnings: take in and check every source, build, detect, warn, publish",
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    start_date=datetime(2000, 1, 1, tzinfo=UTC),  # Airflow makes no task for a night before this, and calls the run a success
    catchup=False,
    max_active_runs=1,
    default_args=RETRYING,
    on_failure_callback=tell,
    doc_md=Path(__file__).with_suffix(".md").read_text(encoding="utf-8"),
    params=PARAMS,
    tags=["riskwarn"],
):
    sources = step("begin_night")()
    taken = step("take_source", max_active_tis_per_dagrun=2, map_index_template="{{ task.op_kwargs['source'] }}").expand(source=sources)
    build = step("build", trigger_rule="all_done_min_one_success")()  # one source that failed does not stop the others
    step("wait_for_earlier_night", mode="reschedule", poke_interval=60, timeout=6 * 3600)() >> sources
    taken >> build >> step("detect")() >> step("warn")() >> step("publish")() >> step("close_night", trigger_rule="all_done", retries=0)()
