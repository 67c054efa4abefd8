"""Publishing: immutable files, names never used twice, the link switched in one step, and analysts who hold last night's file."""

from __future__ import annotations

import stat
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from warehouse_data import AS_OF, accept

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.warehouse import publishing
from riskwarn.warehouse.building import wal_of, work_path

NEXT = AS_OF + timedelta(days=1)

ANALYST = """
import sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
if sys.argv[2] == "write":
    con.execute("set checkpoint_threshold = '1TB'")
    con.execute("create table scratch as select 'left behind' as note")
    con.execute("delete from core_complaint")
print("open", flush=True)
sys.stdin.readline()
print(con.execute("select count(*) from core_complaint").fetchone()[0], flush=True)
import os
os._exit(0)  # killed: nothing is checkpointed, the log stays where it is
"""


@contextmanager
def analyst(path: Path, mode: str, python: str | Path = sys.executable) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a file open, reading, or writing by mistake."""
    process = subprocess.Popen([python, "-c", ANALYST, str(path), mode], stdin=-1, stdout=-1, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.wait()


def told_by(process: subprocess.Popen[str]) -> int:
    return int(process.communicate("go on\n")[0])


def complaints(settings: Settings) -> int:
    with warehouse.open_published(settings) as con:
        return int(con.execute("select count(*) from core_complaint").fetchall()[0][0])


@pytest.fixture
def one_night(settings: Settings, lake: Lake) -> Path:
    """A night with one complaint is published; the next one will have two."""
    accept(lake, "consumer_complaints", [{"complaint_id": "C1"}])
    path = warehouse.publish(settings, lake, AS_OF)
    accept(lake, "consumer_complaints", [{"complaint_id": "C2"}], delivered_on=AS_OF)
    return path


def test_a_published_night_is_sealed_and_linked(settings: Settings, one_night: Path) -> None:
    assert one_night.parent == settings.published
    assert one_night.name.startswith(f"{AS_OF}-")
    assert stat.S_IMODE(one_night.stat().st_mode) == 0o444
    assert settings.warehouse.is_symlink()
    assert not settings.warehouse.readlink().is_absolute(), "the home may be moved or mounted elsewhere"
    assert settings.warehouse.resolve() == one_night.resolve()
    assert not wal_of(one_night).exists()
    assert not work_path(settings, AS_OF).exists()


def test_a_published_connection_reads_one_night_and_nothing_outside(settings: Settings, one_night: Path) -> None:
    with warehouse.open_published(settings) as con:
        assert con.execute("select as_of from core_night").fetchall() == [(AS_OF,)]
        with pytest.raises(duckdb.Error):
            con.execute("from read_csv('/etc/passwd')")
        with pytest.raises(duckdb.Error):
            con.execute("set enable_external_access = true")
        with pytest.raises(duckdb.Error):
            con.execute("create table mine as select 1 as one")


def test_nothing_published_yet_says_what_to_run(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        warehouse.open_published(settings)
    assert "riskwarn run" in caught.value.__notes__[0]
    assert warehouse.published_night(settings) is None


def test_a_handle_keeps_its_night_and_a_new_one_gets_the_new_night(settings: Settings, lake: Lake, one_night: Path) -> None:
    with warehouse.open_published(settings) as old:
        warehouse.publish(settings, lake, NEXT)
        assert old.execute("select count(*) from core_complaint").fetchall() == [(1,)]
        assert complaints(settings) == 2


def test_a_reader_in_another_process_holds_last_night_while_a_new_one_is_published(settings: Settings, lake: Lake, one_night: Path) -> None:
    with analyst(settings.warehouse.resolve(), "read") as process:
        warehouse.publish(settings, lake, NEXT)
        assert complaints(settings) == 2
        assert told_by(process) == 1


def test_what_an_analyst_writes_by_mistake_reaches_no_other_night(settings: Settings, lake: Lake, one_night: Path) -> None:
    one_night.chmod(0o644)  # he may be root, or own the folder
    with analyst(settings.warehouse, "write") as process:
        assert wal_of(settings.warehouse).exists() or wal_of(one_night).exists(), "his log lies beside the file or the link"
        published = warehouse.publish(settings, lake, NEXT)
        again = warehouse.publish(settings, lake, NEXT)
        assert told_by(process) == 0
    assert len({one_night, published, again}) == 3, "a night that is published again gets a name of its own"
    for path in (published, again):
        assert not wal_of(path).exists()
    with warehouse.open_published(settings) as con:
        assert con.execute("select count(*) from duckdb_tables() where table_name = 'scratch'").fetchall() == [(0,)]
    assert complaints(settings) == 2
    warehouse.publish(settings, lake, NEXT + timedelta(days=1))
    assert complaints(settings) == 2


def test_the_same_night_twice_has_the_same_rows_under_two_names(settings: Settings, lake: Lake, one_night: Path) -> None:
    with warehouse.open_published(settings) as con:
        before = {name: con.execute(f'from "{name}" order by all').fetchall() for (name,) in con.execute("show tables").fetchall()}
    again = warehouse.publish(settings, lake, AS_OF)
    assert again != one_night
    with warehouse.open_published(settings) as con:
        after = {name: con.execute(f'from "{name}" order by all').fetchall() for (name,) in con.execute("show tables").fetchall()}
    assert after == before


def test_an_older_night_never_replaces_a_newer_one(settings: Settings, lake: Lake, one_night: Path) -> None:
    newer = warehouse.publish(settings, lake, NEXT)
    older = warehouse.publish(settings, lake, AS_OF)
    assert older.exists()
    assert settings.warehouse.resolve() == newer.resolve()
    assert warehouse.published_night(settings) == NEXT


def test_only_the_last_nights_stay_and_always_the_linked_one(settings: Settings, lake: Lake) -> None:
    few = settings.model_copy(update={"keep_nights": 2})
    files = [warehouse.publish(few, lake, AS_OF + timedelta(days=i)) for i in range(3)]
    files.append(warehouse.publish(few, lake, AS_OF + timedelta(days=2)))
    left = set(settings.published.glob("*.duckdb"))
    assert left == {files[1], files[3]}, "two nights, of each the newest file"
    warehouse.publish(few, lake, AS_OF)
    assert settings.warehouse.resolve() == files[3].resolve()


@pytest.mark.parametrize("step", ["build_marts", "comment", "_move", "_switch"])
def test_a_crash_on_the_way_leaves_the_old_night_and_a_second_run_completes(
    settings: Settings, lake: Lake, one_night: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, step, broken)
        with pytest.raises(OSError, match="no space left"):
            warehouse.publish(settings, lake, NEXT)
    assert settings.warehouse.resolve() == one_night.resolve()
    assert complaints(settings) == 1
    warehouse.publish(settings, lake, NEXT)
    assert complaints(settings) == 2


def test_a_log_left_beside_the_work_file_is_not_replayed(settings: Settings, lake: Lake, one_night: Path) -> None:
    work = warehouse.build(settings, lake, NEXT)
    with analyst(work, "write") as process:
        assert wal_of(work).exists()
        assert told_by(process) == 0
    warehouse.build(settings, lake, NEXT)
    warehouse.publish(settings, lake, NEXT)
    assert complaints(settings) == 2


def test_a_build_that_breaks_off_leaves_the_earlier_file(settings: Settings, lake: Lake) -> None:
    work = warehouse.build(settings, lake, AS_OF)
    before = work.read_bytes()
    accept(lake, "consumer_complaints", [{"complaint_id": "C1", "death_count": "two"}])
    with pytest.raises(TypeError):
        warehouse.build(settings, lake, AS_OF)
    assert work.read_bytes() == before
    assert sorted(path.name for path in settings.work.glob("*2026*")) == [work.name, f"{AS_OF}.json"]


def test_a_night_is_published_from_what_was_built_though_more_came_in_since(settings: Settings, lake: Lake) -> None:
    accept(lake, "port_inspections", [{"inspection_id": "L1"}], name="a")
    warehouse.build(settings, lake, AS_OF)
    accept(lake, "port_inspections", [{"inspection_id": "L2"}], name="b")
    warehouse.publish(settings, lake, AS_OF)
    with warehouse.open_published(settings) as con:
        assert con.execute("select inspection_id from core_lot").fetchall() == [("L1",)]
    assert list(settings.work.glob("*")) == [], "nothing of the night is left behind"


def test_a_night_that_was_not_built_says_what_to_run(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        warehouse.open_work(settings, date(2026, 1, 1))
    assert "riskwarn build --as-of 2026-01-01" in caught.value.__notes__[0]


@pytest.fixture(scope="session")
def python_1_2(pytestconfig: pytest.Config) -> Path:
    """The interpreter of a small environment with the DuckDB client 1.2.2, made once and kept in pytest's cache folder."""
    folder = pytestconfig.cache.mkdir("duckdb-1.2.2")
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "duckdb==1.2.2"]
        done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"DuckDB 1.2.2 cannot be installed here: {done.stderr.strip()[-200:]}")
        (folder / "complete").touch()
    return python


def test_a_client_of_version_1_2_reads_every_table(settings: Settings, one_night: Path, python_1_2: Path) -> None:
    client = """
import duckdb, sys
assert duckdb.__version__ == "1.2.2"
con = duckdb.connect(sys.argv[1], read_only=True)
for (name,) in con.execute("show tables").fetchall():
    con.execute(f'from "{name}"').fetchall()
print(con.execute("select complaint_id, flags from core_complaint").fetchall())
"""
    done = subprocess.run([python_1_2, "-c", client, str(settings.warehouse)], capture_output=True, text=True, check=False)
    assert done.stdout == "[('C1', ['kept'])]\n", done.stderr


def test_the_log_of_an_old_client_beside_the_link_goes_with_the_switch(
    settings: Settings, lake: Lake, one_night: Path, python_1_2: Path
) -> None:
    one_night.chmod(0o644)
    with analyst(settings.warehouse, "write", python_1_2):
        assert wal_of(settings.warehouse).exists(), "a 1.2 client does not follow the link for its log"
        warehouse.publish(settings, lake, NEXT)
    show = (
        "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute('select count(*) from core_complaint').fetchall())"
    )
    done = subprocess.run([python_1_2, "-c", show, str(settings.warehouse)], capture_output=True, text=True, check=False)
    assert done.stdout == "[(2,)]\n", done.stderr
