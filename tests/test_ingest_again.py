"""What a file shares with one that is set aside whole counts in the file that stays."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from ingest_files import TODAY, Drop, as_csv, inspection

from riskwarn import pipeline
from riskwarn.checks.suites import load_suite
from riskwarn.ingest import records
from riskwarn.model import Delivery
from riskwarn.places import EXPECTATIONS
from riskwarn.settings import Settings

NIGHT = TODAY + timedelta(days=1)
SHARED = [inspection(number) for number in range(1, 21)]
# More than a fifth of the rows cannot be read.
MOSTLY_BAD = SHARED + [inspection(number, direction="sideways") for number in range(100, 110)]


@pytest.fixture(autouse=True)
def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who wants files with many unreadable rows set aside whole says so in the suite."""
    for path in EXPECTATIONS.glob("*.json"):
        suite = json.loads(path.read_text(encoding="utf-8"))
        for expectation in suite["expectations"]:
            if expectation["id"] == "few_rows_unreadable":
                expectation["severity"] = "critical"
        (tmp_path / path.name).write_text(json.dumps(suite), encoding="utf-8")
    monkeypatch.setattr("riskwarn.checks.night.load_suite", lambda source: load_suite(source, tmp_path))


@pytest.fixture
def drop(settings: Settings) -> Drop:
    return Drop(settings)


def night_of(drop: Drop, *, history: bool = False) -> dict[str, Delivery]:
    if history:
        pipeline.ingest_history(drop.settings, today=NIGHT)
    else:
        pipeline.take_source(drop.settings, drop.source, NIGHT, today=NIGHT)
    return {d.file_name: d for d in records.read_all(drop.lake, drop.source)}


@pytest.mark.parametrize("history", [False, True])
def test_rows_shared_with_a_file_set_aside_are_not_lost(drop: Drop, history: bool) -> None:
    drop.put("a.csv", as_csv(MOSTLY_BAD))
    drop.put("b.csv", as_csv([*SHARED, inspection(21)]))
    drop.put("c.csv", as_csv([inspection(20), inspection(22)]))
    found = night_of(drop, history=history)
    assert (found["a.csv"].verdict, found["a.csv"].accepted) == ("quarantined", 0)
    assert (found["b.csv"].accepted, found["b.csv"].duplicates) == (21, 0)
    assert (found["c.csv"].accepted, found["c.csv"].duplicates) == (1, 1), "b.csv says it first"
    assert all(d.read == d.accepted + d.quarantined + d.duplicates for d in found.values())
    assert "a.csv" in next(issue.detail for issue in found["b.csv"].issues if issue.code == "taken_again")


def test_a_second_look_is_taken_once_and_a_crash_before_it_loses_nothing(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.csv", as_csv(MOSTLY_BAD))
    drop.put("b.csv", as_csv(SHARED))
    with monkeypatch.context() as patch:
        patch.setattr("riskwarn.ingest.again.take_again", lambda *_, **__: [])  # as if killed after the first check
        assert night_of(drop)["b.csv"].duplicates == len(SHARED)
    assert night_of(drop)["b.csv"].accepted == len(SHARED)
    stamp = drop.lake.path("typed", f"{drop.source}/{night_of(drop)['b.csv'].delivery_id}").stat().st_mtime_ns
    night_of(drop)
    assert drop.lake.path("typed", f"{drop.source}/{night_of(drop)['b.csv'].delivery_id}").stat().st_mtime_ns == stamp
