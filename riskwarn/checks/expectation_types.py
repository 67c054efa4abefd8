"""Two expectations of our own for Great Expectations, both counting bad rows as one aggregate of the batch.

Great Expectations bundles aggregates over one batch into a single statement, so a suite of any length costs one pass over the
delivery, about what the same rules cost written by hand; its column-map expectations cost a pass or two each, and
UnexpectedRowsExpectation two. No row ever leaves DuckDB, so neither memory nor personal data depends on how many rows fail.

Importing this module imports Great Expectations (5-9 s): do so only where a suite runs.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

BAD_ROWS = "riskwarn.bad_rows"
ROWS = "riskwarn.rows"


def _count_where(condition: str) -> Any:
    return sa.literal_column(f"count(*) filter (where {condition})")


class JudgedRows(TableMetricProvider):
    """How many rows of the batch are judged at all."""

    metric_name = ROWS
    value_keys = ("among",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls: Any,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> Any:
        return _count_where(metric_value_kwargs["among"]), metric_domain_kwargs, {}


class BadRows(TableMetricProvider):
    """For how many of the judged rows the predicate holds (unknown, SQL's NULL, is not bad)."""

    metric_name = BAD_ROWS
    value_keys = ("predicate", "among")

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls: Any,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> Any:
        condition = f"({metric_value_kwargs['among']}) and ({metric_value_kwargs['predicate']})"
        return _count_where(condition), metric_domain_kwargs, {}


class _CountedRows(BatchExpectation):
    """What the two expectations share; not registered, for want of a predicate."""

    predicate: str
    among: str = "true"

    metric_dependencies: ClassVar[tuple[str, ...]] = (BAD_ROWS, ROWS)
    success_keys: ClassVar[tuple[str, ...]] = ("predicate", "among")


class ExpectNoBadRows(_CountedRows):
    """No row for which ``predicate`` holds."""

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        bad = int(metrics[BAD_ROWS])
        return {"success": bad == 0, "result": _result(bad, int(metrics[ROWS]))}


class ExpectShareOfBadRowsToBeAtMost(_CountedRows):
    """At most the share ``most`` (0..1) of rows for which ``predicate`` holds; below 20 rows a share says nothing."""

    most: float
    success_keys: ClassVar[tuple[str, ...]] = ("predicate", "among", "most")

    def _validate(
        self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        bad, rows = int(metrics[BAD_ROWS]), int(metrics[ROWS])
        return {"success": rows < 20 or bad <= self.most * rows, "result": _result(bad, rows)}


def _result(bad: int, rows: int) -> dict[str, Any]:
    percent = 100 * bad / rows if rows else 0.0
    return {"observed_value": f"{bad} of {rows}", "unexpected_count": bad, "element_count": rows, "unexpected_percent": percent}
