"""What ingest, check and build cost: one CSV of five million inspections taken in, checked and built into a night's warehouse, beside
a bare DuckDB load and weekly count of the same file (bare: in memory; kept: into a database file).

Run: python benchmarks/bench_ingest.py [ROWS]. Each runs in a process of its own; prints seconds of wall and
processor time, the ratios and the peak memory. Budget: 2 GB of memory; ingest and build together at most 4x bare (aim: 2x).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from riskwarn import checks, warehouse
from riskwarn.ingest.intake import take_in
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.sql import connect, quote_literal

TODAY = date(2026, 11, 21)
NIGHT = date(2026, 11, 22)
SOURCE = "port_inspections"


def generate(settings: Settings, rows: int) -> Path:
    """Writes the file to landing/."""
    target = settings.landing / SOURCE / "inspections.csv"
    target.parent.mkdir(parents=True)
    query = Path(__file__).with_name("inspections_csv.sql").read_text(encoding="utf-8")
    with connect(settings) as con:
        con.execute("set variable row_count = $1", [rows])
        con.execute(f"copy ({query}) to {quote_literal(str(target))} (header)")
    return target


def bare(settings: Settings, database: Path | None = None) -> None:
    """What one would do by hand, in memory: load the file, count lots and failures by product, origin and week."""
    file = settings.landing / SOURCE / "inspections.csv"
    with connect(settings, database) as con:
        con.execute(f"create table lots as from read_csv({quote_literal(str(file))})")
        con.execute(
            'select "进出口", left("商品编号"::text, 4), "原产国(地区)", date_trunc(\'week\', "取样日期"), count(*), '
            "count(*) filter (where \"检验结果\" = '不合格') from lots group by all"
        ).fetchall()


def kept(settings: Settings) -> None:
    """The same into a database file, which outlives the process as what ingest writes does."""
    database = settings.work / "bare.duckdb"
    database.unlink(missing_ok=True)
    bare(settings, database)


def ingest(settings: Settings) -> None:
    (delivery,) = take_in(settings, Lake(settings.lake), SOURCE, today=TODAY, night=NIGHT)
    assert delivery.read == delivery.accepted + delivery.quarantined + delivery.duplicates, delivery
    print(f"  read {delivery.read:,}, accepted {delivery.accepted:,}, quarantined {delivery.quarantined:,}", file=sys.stderr)


def check(settings: Settings) -> None:
    checks.check_source(settings, Lake(settings.lake), all_sources()[SOURCE], NIGHT)


def build(settings: Settings) -> None:
    warehouse.build(settings, Lake(settings.lake), NIGHT)


STEPS = {"bare": bare, "kept": kept, "ingest": ingest, "check": check, "build": build}


def measure(name: str, home: Path) -> dict[str, float]:
    """Wall seconds, processor seconds and peak memory (MB) of one step in a process of its own."""
    done = subprocess.run([sys.executable, __file__, name, str(home)], stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    print(f"{name:>8}: {figures['wall']:6.2f} s wall, {figures['cpu']:6.2f} s processor, {figures['peak_mb']:,.0f} MB", flush=True)
    return figures


def step(name: str, home: Path) -> None:
    began, before = time.perf_counter(), time.process_time()
    STEPS[name](Settings(home=home))
    figures = {"wall": time.perf_counter() - began, "cpu": time.process_time() - before}
    print(json.dumps({**figures, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="riskwarn-bench-") as folder:
        home = Path(folder)
        size = generate(Settings(home=home), rows).stat().st_size
        print(f"{rows:,} inspections, {size / 1e6:,.0f} MB of CSV")
        figures = {name: measure(name, home) for name in STEPS}
        for name in ("bare", "kept"):
            again = measure(name, home)  # before and after, since other work on the machine comes and goes
            for steps in (("ingest",), ("ingest", "build"), ("ingest", "check", "build")):
                spent = {kind: sum(figures[one][kind] for one in steps) for kind in ("wall", "cpu")}
                ratios = {kind: 2 * spent[kind] / (figures[name][kind] + again[kind]) for kind in ("wall", "cpu")}
                print(f"{' + '.join(steps)} / {name}: {ratios['wall']:.2f} by wall, {ratios['cpu']:.2f} by processor")
        print(f"peak memory of ingest and build: {max(figures[one]['peak_mb'] for one in ('ingest', 'build')):,.0f} MB (at most 2,048)")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        step(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
