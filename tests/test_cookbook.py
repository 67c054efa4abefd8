"""The cookbook: ten questions that analysts ask, each run on generated data through the published file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from test_marts import NIGHT, delivery, warning
from warehouse_data import AS_OF, MONDAY, Row, accept

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.places import WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection

QUESTIONS = sorted((WAREHOUSE / "cookbook").glob("*.sql"))


def day(n: int) -> date:
    return MONDAY - timedelta(days=n * 37 % 300)


def fill(lake: Lake) -> None:
    """A small country: every source, and what the other stages leave behind for the night."""
    product = {"hs_code": "0901210000", "origin_country": "VN"}
    lots: list[Row] = [
        {
            "inspection_id": f"L{n}",
            "direction": "export" if n % 4 == 0 else "import",
            "result": "fail" if n % 7 == 0 else "pass",
            "selection": ("random", "targeted")[n % 2],
            "sampled_on": day(n),
            "enterprise_code": f"E{n % 3}",
            **product,
        }
        for n in range(60)
    ]
    accept(lake, "port_inspections", lots)
    accept(lake, "inspection_findings", [{"inspection_id": f"L{n}"} for n in range(0, 60, 14)])
    accept(lake, "consumer_complaints", [{"complaint_id": f"C{n}", "event_on": day(n), "injury_severity": n % 5} for n in range(20)])
    accept(lake, "enterprise_reports", [{"report_id": f"R{n}", "event_on": day(n), **product} for n in range(5)])
    alerts = [{"reference": f"A{n}", "origin_countries": ["CN"] if n % 2 else ["TR"], "event_on": day(n)} for n in range(9)]
    accept(lake, "foreign_alerts", alerts)
    listed = [warning(warning_id=f"W{n}", status="open", level=level) for n, level in enumerate(("blue", "red"))]
    lake.write_frame("warnings", NIGHT, pd.DataFrame(listed))
    lake.write_frame("evidence", NIGHT, pd.DataFrame([{"warning_id": "W1", "evidence_no": n, "evidence_key": f"L{n}"} for n in (1, 2)]))
    delivery(lake, "d1")
    rows = [{"source": "port_inspections", "delivery_id": "d1", "row_no": n, "reasons": ["bad_date"]} for n in (2, 3)]
    lake.write_frame("quarantine", "port_inspections/d1", pd.DataFrame(rows))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    lake = Lake(settings.lake)
    fill(lake)
    warehouse.publish(settings, lake, AS_OF)
    with warehouse.open_published(settings) as con:
        yield con


def test_there_are_ten_questions() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_each_is_asked_in_both_languages_and_answered(published: Connection, question: Path) -> None:
    first, second, *_ = question.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"-- Q: .+\?", first)
    assert re.fullmatch(r"-- 问: .+？.*", second)
    rows = published.execute(question.read_text(encoding="utf-8")).fetchall()
    assert rows
    assert any(any(value is not None for value in row) for row in rows)


def test_the_gravest_warning_comes_first_and_its_evidence_is_found(published: Connection) -> None:
    first, second, *_ = (file.read_text(encoding="utf-8") for file in QUESTIONS)
    assert [row[0] for row in published.execute(first).fetchall()] == ["red", "blue"]
    assert [row[3] for row in published.execute(second).fetchall()] == ["L1", "L2"]
