"""Running a suite: Great Expectations inside DuckDB, with nothing failing open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.pool import StaticPool

from riskwarn.checks.suites import Expectation, SuiteError
from riskwarn.sql import Connection


@dataclass(frozen=True)
class Finding:
    """What one expectation found. ``note`` says what was observed where that is not the counts; ``is_error``: it could not be judged."""

    expectation: Expectation
    success: bool
    unexpected_count: int = 0
    element_count: int = 0
    note: str = ""
    is_error: bool = False
    sample: tuple[str, ...] = ()


@dataclass(frozen=True)
class Validation:
    """One run of (a part of) a suite: the findings, and the result as Great Expectations stores it (for Data Docs)."""

    findings: tuple[Finding, ...]
    stored: dict[str, Any]


@cache
def context() -> Any:
    """The context of this process: in memory, no progress bars, no usage statistics."""
    import great_expectations
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults, ProgressBarsConfig

    from riskwarn.checks import dialect, expectation_types

    dialect.register()
    if not expectation_types.ExpectNoBadRows.domain_keys:
        raise SuiteError("our expectations are not registered with Great Expectations")
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(), progress_bars=ProgressBarsConfig(globally=False), analytics_enabled=False
    )
    return great_expectations.get_context(project_config=config, mode="ephemeral")


def validate(con: Connection, name: str, query: str, expectations: Sequence[Expectation]) -> Validation:
    """Runs the expectations over what ``query`` gives on the open connection; ``name`` names the batch in Data Docs.

    Raises SuiteError where Great Expectations took or judged fewer expectations than it was given, or knows none by that type.
    """
    suite = build_suite(name.split(" ", maxsplit=1)[0], expectations)
    with _batch(con, name, query) as batch:
        result = batch.validate(suite, result_format="COMPLETE")
    by_id = {item.expectation_config.meta["id"]: item for item in result.results}
    if set(by_id) != {e.id for e in expectations} or len(result.results) != len(expectations):
        raise SuiteError(f"{name}: {len(expectations)} expectations were given and {len(result.results)} judged")
    findings = tuple(_finding(e, by_id[e.id]) for e in expectations)
    return Validation(findings, _stored(result.to_json_dict(), [e.id for e in expectations]))


def build_suite(name: str, expectations: Sequence[Expectation]) -> Any:
    """The suite as Great Expectations has it, refused if it took fewer expectations than it was given (it drops silently)."""
    context()  # registers our own expectations
    import great_expectations
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    known = set(list_registered_expectation_implementations())
    misspelt = [f"{e.id} ({e.type})" for e in expectations if e.type not in known]
    if misspelt:
        raise SuiteError(f"{name}: Great Expectations knows no such expectation: {', '.join(misspelt)}")
    suite = great_expectations.ExpectationSuite(name=name, expectations=[e.as_gx() for e in expectations])
    if not expectations or len(suite.expectations) != len(expectations):
        raise SuiteError(f"{name}: {len(expectations)} expectations were given and {len(suite.expectations)} taken")
    return suite


@contextmanager
def _batch(con: Connection, name: str, query: str) -> Iterator[Any]:
    """The rows of ``query`` as a batch; the context forgets the connection afterwards."""
    from riskwarn.checks import dialect

    wrapped = dialect.OpenConnection(con)
    sources = context().data_sources
    source = sources.add_or_update_sql(
        name="lake",
        connection_string=dialect.URL,
        create_temp_table=False,
        kwargs={"creator": lambda: wrapped, "poolclass": StaticPool},
    )
    try:
        yield source.add_query_asset(name=name, query=query).add_batch_definition_whole_table("all").get_batch()
    finally:
        sources.delete("lake")


def _finding(expectation: Expectation, item: Any) -> Finding:
    error = _error(item.exception_info)
    if error:
        return Finding(expectation, success=False, note=f"could not be judged: {error}", is_error=True)
    result = item.result or {}
    return Finding(
        expectation,
        success=bool(item.success),
        unexpected_count=int(result.get("unexpected_count", 0 if item.success else 1)),
        element_count=int(result.get("element_count", 1)),
        note="" if item.success or "unexpected_count" in result else _observed(result),
    )


def _error(info: Any) -> str:
    """The message of an exception (the first line: what follows may quote data); "" where there was none."""
    infos = [info] if "raised_exception" in info else list(info.values())
    for one in infos:
        if one.get("raised_exception"):
            return str(one.get("exception_message") or "exception").splitlines()[0][:200]
    return ""


def _observed(result: dict[str, Any]) -> str:
    mismatch = result.get("details", {}).get("mismatched", {})
    if mismatch:
        return "; ".join(f"{kind} columns: {', '.join(map(str, names))}" for kind, names in sorted(mismatch.items()))
    return f"observed: {result.get('observed_value')}"


def _stored(result: dict[str, Any], order: list[str]) -> dict[str, Any]:
    """The result without what differs from run to run (times, memory addresses in tracebacks), in the order of the suite."""
    result["results"].sort(key=lambda item: order.index(item["expectation_config"]["meta"]["id"]))
    for item in result["results"]:
        error = _error(item["exception_info"])
        item["exception_info"] = {"raised_exception": bool(error), "exception_message": error or None, "exception_traceback": None}
    asset = result["meta"]["active_batch_definition"]["data_asset_name"]
    result["meta"] = {
        "great_expectations_version": result["meta"]["great_expectations_version"],
        "batch_spec": {"data_asset_name": asset},
        "active_batch_definition": {"data_asset_name": asset},
    }
    return result
