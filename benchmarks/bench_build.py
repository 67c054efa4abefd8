"""How long building a night takes, beside a bare DuckDB load and weekly count of the same rows.

Run: python benchmarks/bench_build.py [LOTS]    (five million by default; about 1.5 GB of disk while it runs)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from riskwarn import warehouse
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sql import connect, quote_literal, set_variables

AS_OF = date(2026, 11, 21)


@contextmanager
def timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - began
    print(f"{name:>40}: {seconds[name]:6.2f} s", flush=True)


def generate(settings: Settings, lake: Lake, lots: int) -> Path:
    """Writes the accepted partitions and, for the bare load, the same rows as CSV."""
    csv = settings.home / "inspections.csv"
    with connect(settings) as con:
        set_variables(con, {"lots": lots})
        con.execute((Path(__file__).parent / "generate_inspections.sql").read_text(encoding="utf-8"))
        rows = "select * exclude (flags, delivery_id, file_name, row_no, event_on, delivered_on, known_on) from generated_inspections"
        con.execute(f"copy ({rows}) to {quote_literal(str(csv))} (header)")
        lake.write(
            "accepted",
            "port_inspections/2026-11-01_0123456789ab",
            lambda path: con.execute(f"copy generated_inspections to {quote_literal(str(path))} (format parquet)"),
        )
    return csv


def bare(settings: Settings, csv: Path) -> None:
    """What one would do by hand: load the file, count lots and failures by product, origin and week."""
    with connect(settings, settings.work / "bare.duckdb") as con:
        con.execute(f"create table lots as select * from read_csv({quote_literal(str(csv))})")
        con.execute(
            "select direction, left(hs_code::text, 4), origin_country, date_trunc('week', sampled_on), count(*), "
            "count(*) filter (where result = 'fail') from lots group by all"
        ).fetchall()


def main(lots: int) -> None:
    with tempfile.TemporaryDirectory(prefix="riskwarn-bench-") as folder:
        settings = Settings(home=Path(folder))
        lake = Lake(settings.lake)
        seconds: dict[str, float] = {}
        with timed("generate", seconds):
            csv = generate(settings, lake, lots)
        print(f"{'CSV':>40}: {csv.stat().st_size / 1e6:6.0f} MB")
        with timed("bare load and weekly count", seconds):
            bare(settings, csv)
        with timed("build", seconds):
            work = warehouse.build(settings, lake, AS_OF)
        print(f"{'file':>40}: {work.stat().st_size / 1e6:6.0f} MB")
        with timed("series read", seconds), warehouse.open_work(settings, AS_OF) as con:
            print(f"{'series rows':>40}: {len(warehouse.read_series(con)):6d}")
        with timed("publish", seconds):
            warehouse.publish(settings, lake, AS_OF)
        with timed("night in memory", seconds), warehouse.open_night(settings, lake, AS_OF):
            pass
        print(f"{'build / bare':>40}: {seconds['build'] / seconds['bare load and weekly count']:6.2f}")
        print(f"{'peak memory of this process':>40}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
