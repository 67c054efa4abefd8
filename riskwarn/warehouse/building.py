"""Building a night: staging views over the lake, then the core tables, into a new file or into memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from riskwarn.indicators import load_indicators
from riskwarn.lake import Lake, replacing
from riskwarn.model import Scope
from riskwarn.places import REFERENCE, WAREHOUSE
from riskwarn.settings import Settings
from riskwarn.sql import Connection, connect, quote_literal, run_file, set_variables

# Clients back to DuckDB 1.2 open a file of this storage version.
STORAGE_VERSION = "v1.2.0"
SUBSTANCE_LIST = ("00_match_key.sql", "ref_substance.sql")  # what core needs of the reference tables: which names are one substance


def work_path(settings: Settings, as_of: date) -> Path:
    """The file of the night being made; nobody but the pipeline opens it."""
    return settings.work / f"{as_of.isoformat()}.duckdb"


def build(settings: Settings, lake: Lake, as_of: date) -> Path:
    """Builds ``work/<as_of>.duckdb`` from scratch: staging and core, seeing only rows with ``known_on < as_of``."""
    target = work_path(settings, as_of)
    target.parent.mkdir(parents=True, exist_ok=True)
    for remains in target.parent.glob(f".{target.name}.*"):  # of an attempt that was killed
        remains.unlink()
    partitions = accepted_partitions(lake)
    with replacing(target) as aside:
        with connect(settings) as con, attached(con, aside):
            build_core(con, lake, as_of, partitions, _levels(settings))
        # DuckDB would replay a log that an earlier file of this name left behind.
        wal_of(target).unlink(missing_ok=True)
        built_from(target).unlink(missing_ok=True)
    with replacing(built_from(target)) as listed:  # last: a file without its list is built anew
        listed.write_text(json.dumps(partitions), encoding="utf-8")
    return target


def discard_work(settings: Settings, as_of: date) -> None:
    """Removes the file of a night that is not to be published."""
    for path in (work_path(settings, as_of), built_from(work_path(settings, as_of)), wal_of(work_path(settings, as_of))):
        path.unlink(missing_ok=True)


def open_night(settings: Settings, lake: Lake, as_of: date) -> Connection:
    """Staging and core of a night in memory, for replays; the caller closes the connection."""
    con = connect(settings)
    try:
        build_core(con, lake, as_of, accepted_partitions(lake), _levels(settings))
    except BaseException:
        con.close()
        raise
    return con


def open_work(settings: Settings, as_of: date) -> Connection:
    """The night being made, read-only; :raises FileNotFoundError: where it was not built."""
    path = work_path(settings, as_of)
    if not path.exists():
        error = FileNotFoundError(f"the night {as_of} is not built")
        error.add_note(f"run riskwarn build --as-of {as_of}")
        raise error
    return connect(settings, path, read_only=True)


@contextmanager
def attached(con: Connection, path: Path) -> Iterator[None]:
    """Makes ``path`` the database that ``con`` works on; checkpoints and detaches it on success."""
    con.execute(f"attach {quote_literal(str(path))} as night (storage_version {quote_literal(STORAGE_VERSION)})")
    con.execute("use night")
    try:
        yield
        con.execute("checkpoint night")
    except BaseException:
        with suppress(duckdb.Error):  # or detaching fails too, and hides what went wrong
            con.execute("rollback")
        raise
    finally:
        con.execute("use memory")
        con.execute("detach night")


def built_from(work: Path) -> Path:
    """The list of the accepted partitions that a work file was built from: publishing reads the same, whatever came in since."""
    return work.with_suffix(".json")


def accepted_partitions(lake: Lake) -> list[str]:
    """All partitions (source/delivery) of lake/accepted that staging reads."""
    return [name for source in _staged() for name in lake.partitions("accepted", source)]


def build_core(con: Connection, lake: Lake, as_of: date, partitions: Sequence[str], levels: Sequence[str]) -> None:
    """Runs staging and core on ``con``: all that detection reads. Of the levels above the cells, only ``levels`` (scopes) are built."""
    stage(con, lake, as_of, partitions, levels)
    for file in in_order(sorted((WAREHOUSE / "20_core").glob("*.sql"))):
        run_file(con, file)


def build_lots(con: Connection) -> None:
    """The inspected lots, one row each, from the staging of ``con``: millions of rows that only analysts and the marts read."""
    for file in in_order(sorted((WAREHOUSE / "25_lots").glob("*.sql"))):
        run_file(con, file)


def stage(con: Connection, lake: Lake, as_of: date, partitions: Sequence[str], levels: Sequence[str] = ()) -> None:
    """The staging views over these partitions (source/delivery) of lake/accepted, as known before ``as_of``."""
    paths = {source: [lake.path("accepted", name) for name in partitions if name.startswith(f"{source}/")] for source in _staged()}
    files = {f"{source}_files": or_nothing(lake, found) for source, found in paths.items()}
    set_variables(con, {"as_of": as_of, "levels": list(levels), **files})
    # Rows are told apart by their keys, never by their place in a table; keeping the place costs memory.
    con.execute("set preserve_insertion_order = false")
    set_variables(con, {"reference_folder": str(REFERENCE)})
    for name in SUBSTANCE_LIST:
        run_file(con, WAREHOUSE / "00_reference" / name)
    for file in in_order(sorted((WAREHOUSE / "10_staging").glob("*.sql"))):
        run_file(con, file)
    _check_contracts(con)


def _levels(settings: Settings) -> list[str]:
    """The scopes that are built: each costs time on millions of lots, and most are there for analysts only."""
    if settings.levels == "all":
        return [scope.value for scope in Scope]
    return sorted({scope for indicator in load_indicators() for scope in indicator.scopes})


def _staged() -> list[str]:
    """The sources that have a staging file."""
    return [file.stem.removeprefix("stg_") for file in sorted((WAREHOUSE / "10_staging").glob("stg_*.sql"))]


def in_order(files: Sequence[Path]) -> list[Path]:
    """Files (one table each, named like it) such that every table comes after those it reads."""
    texts = {file: re.sub(r"--.*", "", file.read_text(encoding="utf-8")) for file in files}
    reads = {file: [other for other in files if other != file and re.search(rf"\b{other.stem}\b", text)] for file, text in texts.items()}
    return list(TopologicalSorter(reads).static_order())


def wal_of(path: Path) -> Path:
    """The write-ahead log that DuckDB keeps beside a database file."""
    return path.with_name(path.name + ".wal")


def partition_paths(lake: Lake, table: str, folder: str, suffix: str = ".parquet") -> list[Path]:
    """The files of ``<table>/<folder>/``, in order of their names."""
    return [lake.path(table, partition, suffix) for partition in lake.partitions(table, folder, suffix)]


def or_nothing(lake: Lake, paths: Iterable[Path], suffix: str = ".parquet") -> list[str]:
    """Paths for ``read_parquet`` or ``read_json``, which take no empty list: a file without rows comes first."""
    nothing = lake.path("nothing", "nothing", suffix)
    if not nothing.exists():
        write = {".parquet": _write_empty_parquet, ".json": lambda path: path.write_text("[]\n", encoding="utf-8")}[suffix]
        lake.write("nothing", "nothing", write, suffix)
    return [str(nothing), *map(str, paths)]


def _write_empty_parquet(path: Path) -> object:
    with duckdb.connect() as con:
        return con.execute(f"copy (select null::text as delivery_id where false) to {quote_literal(str(path))} (format parquet)")


def _check_contracts(con: Connection) -> None:
    """Every staging view must still have the types it declares; :raises TypeError: naming the columns that a partition changed."""
    wrong = con.execute((WAREHOUSE / "40_read" / "changed_types.sql").read_text(encoding="utf-8")).fetchall()
    if wrong:
        told = "; ".join(f"{source}.{name} is {found}, not {declared}" for source, name, declared, found in wrong)
        raise TypeError(f"accepted partitions disagree with the declared types: {told}")
