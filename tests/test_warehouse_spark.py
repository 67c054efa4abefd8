"""Core SQL stays within what SQLGlot carries over to Spark, so that the same files can run there one day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from riskwarn.places import WAREHOUSE

sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed: the door to Spark is not checked")


@pytest.mark.parametrize(
    "file", sorted([*(WAREHOUSE / "20_core").glob("*.sql"), *(WAREHOUSE / "25_lots").glob("*.sql")]), ids=lambda file: file.stem
)
def test_core_sql_is_carried_over(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "getvariable" not in text
    assert "read_parquet" not in text
    strict = sqlglot.ErrorLevel.RAISE
    (carried,) = sqlglot.transpile(text, read="duckdb", write="spark", error_level=strict, unsupported_level=strict)
    # Relations that only the build needs are temporary tables or views, which Spark calls its own way.
    assert re.search(rf"CREATE (OR REPLACE )?(TEMPORARY )?(TABLE|VIEW) {file.stem}\b", carried), carried[:400]
