"""The officers' console as a page of Airflow's own interface (docs/console.md).

Loaded where AIRFLOW__CORE__PLUGINS_FOLDER is this folder.
"""

from __future__ import annotations

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin


async def console(scope: Any, receive: Any, send: Any) -> None:
    """The console; riskwarn is imported by the first request, so that Airflow's other processes stay light."""
    from riskwarn import airflow_support

    await airflow_support.console(scope, receive, send)


class RiskwarnConsole(AirflowPlugin):
    name = "riskwarn"
    fastapi_apps: ClassVar[list[Any]] = [{"app": console, "url_prefix": "/riskwarn", "name": "riskwarn"}]
    external_views: ClassVar[list[Any]] = [
        {"name": "风险预警", "href": "/riskwarn/warnings", "destination": "nav", "url_route": "riskwarn"}
    ]
