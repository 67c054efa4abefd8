"""The whole line on a small world: files in, warnings out, the same again, whatever happens in between."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
import world
from case_stores import act, hire

from riskwarn import notify, pipeline, warehouse
from riskwarn.backtest import backtest
from riskwarn.cases import open_store
from riskwarn.lake import Lake
from riskwarn.report import RunReport, read_report
from riskwarn.settings import TIMEZONE, Settings

NIGHT = date(2025, 12, 12)
EVE = NIGHT - timedelta(days=1)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the history up to the eve of NIGHT; copied by each test that changes it."""
    home = tmp_path_factory.mktemp("world") / "home"
    settings = Settings(home=home)
    world.drop_history(settings.landing, EVE)
    pipeline.ingest_history(settings, today=EVE)
    return home


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Settings:
    shutil.copytree(loaded, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="module")
def eve(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after the night of EVE."""
    home = tmp_path_factory.mktemp("eve") / "home"
    shutil.copytree(loaded, home, symlinks=True)
    run(Settings(home=home), EVE)
    return home


@pytest.fixture(scope="module")
def undisturbed(eve: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """... and after NIGHT."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(eve, home, symlinks=True)
    run(Settings(home=home))
    return home


def run(settings: Settings, night: date = NIGHT, **options: bool) -> RunReport:
    return pipeline.run(settings, night, today=night, **options)


def rows_of(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every published table."""
    with warehouse.open_published(settings) as con:
        tables = [row[0] for row in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: sorted(con.table(name).fetchall(), key=repr) for name in tables}


def warnings_of(settings: Settings) -> pd.DataFrame:
    with warehouse.open_published(settings) as con:
        return con.table("mart_warnings").df()


def test_a_night_lists_both_planted_events_with_reason_evidence_and_report(home: Settings) -> None:
    report = run(home)
    listed = warnings_of(home)
    found = {(row.product_code, row.indicator_id) for row in listed.itertuples()}
    assert ("nuts_seeds", "foreign_alerts") in found
    assert ("9503", "failure_rate") in found
    toys = listed[listed["product_code"] == "9503"].iloc[0]
    assert toys["origin_country"] == "VN"
    assert "lots of" in toys["reason_en"]
    assert "检验" in toys["reason_zh"]
    with warehouse.open_published(home) as con:
        evidence = con.table("mart_warning_evidence").df()
    mine = evidence[evidence["warning_id"] == toys["warning_id"]]
    assert len(mine) == toys["evidence_count"]
    assert set(mine["file_name"]) == {"lots.csv"}
    assert mine["row_no"].min() > 1
    assert report.outcome == "done"
    alerts = report.sources["foreign_alerts"]
    assert alerts["read"] == alerts["accepted"] + alerts["quarantined"] + alerts["duplicates"] > 300
    stored = read_report(home, NIGHT)
    assert stored is not None
    assert stored.warnings["opened"] == len(listed)


def test_what_the_budget_holds_back_is_published_with_its_reason_and_opens_later(home: Settings) -> None:
    report = run(home.model_copy(update={"list_budget": 1}))
    assert report.warnings["cut_by_budget"] >= 1
    with warehouse.open_published(home) as con:
        query = "select cut_rank, opened_count, list_budget, level, reason_zh, cut_reason_en, listed_as from mart_warning_cut order by 1"
        first = con.execute(query).fetchall()
    assert [(row[0], row[2], row[6]) for row in first] == [(n, 1, None) for n in range(2, first[0][1] + 1)]
    assert all(row[3] and "往常" in row[4] and "the budget lists 1" in row[5] for row in first)
    run(home, NIGHT + timedelta(days=1))
    with warehouse.open_published(home) as con:
        told = con.execute("select listed_as from mart_warning_cut where cut_on = $1 order by cut_rank", [NIGHT]).fetchall()
        listed = {name for (name,) in con.execute("select warning_id from mart_warnings").fetchall()}
    assert len(told) == len(first) and {name for (name,) in told} <= listed


def test_the_same_night_twice_gives_identical_rows_and_doubles_nothing(home: Settings) -> None:
    first = run(home)
    before = rows_of(home)
    second = run(home)
    assert rows_of(home) == before
    assert first.as_json()["sources"] == second.as_json()["sources"]
    assert first.warnings == second.warnings
    with open_store(home) as store:
        assert all(len(store.revisions(i)) == 1 for i in warnings_of(home)["warning_id"])


def test_a_night_goes_on_from_what_the_last_has_learned_and_needs_none_of_it(home: Settings) -> None:
    earlier = world.inspections(world.FIRST - timedelta(weeks=52), world.FIRST - timedelta(days=1), seed=9)
    world.drop(home.landing / "port_inspections", "earlier.csv", world.INSPECTION, earlier, EVE)
    pipeline.ingest_history(home, today=EVE)
    pipeline.build(home, NIGHT)
    pipeline.detect(home, NIGHT)
    lake, after = Lake(home.lake), NIGHT + timedelta(days=1)
    report = pipeline.run(home, after, today=after)
    pipeline.build(home, after)
    with_states = lake.read_frame("signals", after.isoformat())
    assert report.carried["failure_rate"]["carried"] > report.carried["failure_rate"]["replayed"]
    states = sorted((home.lake / "filter_states").iterdir())
    kept = {path.name: path.read_bytes() for path in states}
    states[0].write_bytes(b"PAR1 torn")
    for path in states[1:]:
        path.unlink()
    pipeline.detect(home, after)
    assert lake.read_json("carried", after.isoformat())["failure_rate"]["carried"] == 0
    pd.testing.assert_frame_equal(lake.read_frame("signals", after.isoformat()), with_states, check_exact=True)
    assert {path.name: path.read_bytes() for path in states} == kept


def test_a_late_file_never_rewrites_a_judged_night(home: Settings) -> None:
    run(home)
    before = rows_of(home)
    late = [world.alert(EVE - timedelta(days=3), 70 + n, "Brazil", "Herbs and spices", "Mycotoxins") for n in range(20)]
    # An old time stamp, as a copy keeps it, does not make the file known earlier.
    world.drop(home.landing / "foreign_alerts", "late.csv", world.RASFF, late, EVE - timedelta(days=3))
    pipeline.run(home, NIGHT, today=NIGHT)
    again = rows_of(home)
    judged = [name for name in before if name not in ("mart_source_freshness", "mart_check_results", "mart_quarantine", "mart_delivery")]
    assert {name: again[name] for name in judged} == {name: before[name] for name in judged}
    run(home, NIGHT + timedelta(days=1))
    assert "herbs_spices" in set(warnings_of(home)["product_code"])


def test_night_n_again_after_n_plus_1_gives_n_and_publishes_and_sends_nothing(home: Settings) -> None:
    run(home)
    name = NIGHT.isoformat()
    lake = Lake(home.lake)
    before = [lake.read_frame(table, name) for table in ("signals", "episodes", "warnings", "evidence")]
    later = NIGHT + timedelta(days=1)
    world.drop(home.landing / "port_inspections", "more.csv", world.INSPECTION, world.inspections(NIGHT, NIGHT), NIGHT)
    run(home, later)
    linked, sent = home.warehouse.resolve(), sorted(home.outbox.rglob("*"))
    run(home, NIGHT)
    for old, table in zip(before, ("signals", "episodes", "warnings", "evidence"), strict=True):
        new = lake.read_frame(table, name)
        assert old is not None
        assert new is not None
        pd.testing.assert_frame_equal(old, new)
    assert home.warehouse.resolve() == linked
    assert sorted(home.outbox.rglob("*")) == sent


def test_a_dropped_copy_counts_once(home: Settings) -> None:
    before = run(home)
    copy = home.landing / "port_inspections" / "copy of lots.csv"
    shutil.copyfile(home.landing / "port_inspections" / "lots.csv", copy)
    world.stamp(copy, NIGHT)
    after = run(home, NIGHT + timedelta(days=1))
    lots = after.sources["port_inspections"]
    assert lots["read"] == lots["duplicates"] == before.sources["port_inspections"]["read"]
    assert lots["accepted"] == 0


def _fail(*_args: object, **_kwargs: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "name"),
    [(warehouse, "build"), (pipeline, "detect"), (pipeline, "warn"), (warehouse, "publish"), (notify, "send_bulletin")],
    ids=["build", "detect", "warn", "publish", "send"],
)
def test_a_crash_leaves_the_published_night_and_the_next_try_equals_an_undisturbed_run(
    eve: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    home = Settings(home=tmp_path / "home")
    shutil.copytree(eve, home.home, symlinks=True)
    published = home.warehouse.resolve()
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, _fail)
        with pytest.raises(OSError, match="No space"):
            run(home)
    if name != "send_bulletin":  # which comes after the switch
        assert home.warehouse.resolve() == published
    broken = read_report(home, NIGHT)
    assert broken is not None
    assert broken.outcome == "failed"
    assert "No space left" in broken.error
    run(home)
    assert rows_of(home) == rows_of(Settings(home=undisturbed))


def test_hostile_files_are_quarantined_and_the_night_goes_on(home: Settings) -> None:
    zone = home.landing / "port_inspections"
    (zone / "junk.csv").write_bytes(bytes(range(256)) * 40)
    (zone / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (zone / "renamed.csv").write_text("inspection_id,direction,hs_code\n1,import,9503\n", encoding="utf-8")
    (zone / "line.csv").write_text("inspection_id," + "x" * 8_000_000, encoding="utf-8")
    for path in zone.iterdir():
        world.stamp(path, EVE)
    report = run(home)
    lots = report.sources["port_inspections"]
    assert report.outcome == "degraded"
    assert report.exit_code == 3
    assert lots["verdict"] == "quarantined"
    assert lots["read"] == lots["accepted"] + lots["quarantined"] + lots["duplicates"]
    told = json.dumps(lots["issues"])
    assert all(name in told for name in ("junk.csv", "cut.csv.gz", "renamed.csv", "line.csv"))
    assert "origin_country" in told  # the missing column is named
    assert not warnings_of(home).empty


def test_a_source_that_stops_delivering_is_missing_and_the_warnings_say_so(home: Settings) -> None:
    later = NIGHT + timedelta(days=40)
    days = world.alerts(NIGHT, later - timedelta(days=1))
    world.drop(home.landing / "foreign_alerts", "december.csv", world.RASFF, days, later - timedelta(days=1))
    report = run(home, later)
    assert report.sources["port_inspections"]["verdict"] in ("missing", "stale")
    assert report.exit_code == 3
    assert warnings_of(home)["freshness_note"].str.contains("port_inspections").all()


def test_a_decision_is_not_overtaken_by_the_machine(home: Settings) -> None:
    run(home)
    chosen = warnings_of(home)["warning_id"].iloc[0]
    with open_store(home) as store:
        hire(store)
        for action, reason in (("review", ""), ("verify", "confirmed by the laboratory")):
            act(store, action, "hq_head", case_id=chosen, at=datetime.combine(NIGHT, time(9), TIMEZONE), reason=reason)
    run(home, NIGHT + timedelta(weeks=20))
    kept = warnings_of(home).set_index("warning_id").loc[chosen]
    assert kept["status"] == "quiet"
    frame = Lake(home.lake).read_frame("warnings", (NIGHT + timedelta(weeks=20)).isoformat())
    assert frame is not None
    assert frame.set_index("warning_id").loc[chosen, "proposal"] == "close"


def test_backtest_opens_what_the_nights_opened(home: Settings) -> None:
    found = backtest(home, date(2025, 12, 1), NIGHT, 1)
    burst = found[found["product_code"].isin(["nuts_seeds", "9503"])]
    assert set(burst["product_code"]) == {"nuts_seeds", "9503"}
    assert burst["first_raised_on"].astype(str).min() <= "2025-12-08"
    assert not (home.lake / "episodes").exists()
    quiet = backtest(home, date(2025, 9, 1), date(2025, 11, 30), 7)
    assert len(quiet) <= 2  # nothing was planted there


def command(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    env = {"RISKWARN_HOME": str(settings.home), "RISKWARN_LANG": "en", "PATH": "/usr/bin:/bin", "COLUMNS": "150"}
    return subprocess.run([sys.executable, "-m", "riskwarn.cli", *words], capture_output=True, text=True, env=env, check=False, timeout=300)


def test_the_command_line_runs_the_same_night(home: Settings) -> None:
    done = command(home, "run", "--as-of", NIGHT.isoformat())
    assert done.returncode == 0, done.stderr
    assert "(9503) from Viet Nam" in done.stdout
    told = command(home, "shell", "-c", "select count(*) as n from mart_warnings")
    assert told.returncode == 0
    assert str(len(warnings_of(home))) in told.stdout
    wide = command(home, "shell", "-c", "select * from mart_warnings limit 1").stdout
    assert all(re.search(rf"│ {name} ", wide) for name in warnings_of(home).columns)  # too wide to be read across: a line each
    assert "…" not in wide
    assert command(home, "shell", "-c", "create table x as select 1").returncode == 1
    assert command(home, "shell", "-c", "select * from read_csv('/etc/passwd')").returncode == 1
    assert command(home, "doctor").returncode == 0
    assert command(home, "report").returncode == 0
    assert command(home, "run").returncode == 2
    unknown = command(home, "case", "verify", "E0", "--reason", "x", "--by", "y")
    assert unknown.returncode == 1
    assert "riskwarn case list" in unknown.stderr
    assert warnings_of(home)["warning_id"].iloc[0] in command(home, "case", "list").stdout


def test_progress_names_the_stages(home: Settings) -> None:
    told: list[str] = []
    tell: Callable[[str], None] = told.append
    pipeline.run(home, NIGHT, today=NIGHT, progress=tell)
    assert told[-4:] == ["build", "detect", "warn", "publish"]


def test_backtest_with_events_leaves_tables_and_a_page(home: Settings, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    events.write_text(
        "name,visible_from,official_on,product_code,origin_country\nSeeds,2025-12-01,2025-12-11,nuts_seeds,IN\n", encoding="utf-8"
    )
    words = ("--from", "2025-12-01", "--to", "2025-12-12", "--every", "1", "--out", str(tmp_path / "found.csv"), "--events", str(events))
    done = command(home, "backtest", *words, "--html", str(tmp_path / "page.html"))
    assert done.returncode == 0, done.stderr
    assert "1 of 1 events were found in time" in " ".join(done.stdout.split())
    table = pd.read_csv(tmp_path / "found.csv.events.csv")
    assert table["status"].tolist() == ["found"]
    assert (tmp_path / "page.html").read_text(encoding="utf-8").count("<svg") == 3
    events.write_text("name,product_code\nSeeds,nuts_seeds\n", encoding="utf-8")
    wrong = command(home, "backtest", *words)
    assert wrong.returncode == 1
    assert "row 2" in wrong.stderr
