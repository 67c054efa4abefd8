"""What checking costs: the port inspections suite on 5 million rows, beside the same rules written by hand, good rows and all bad.

Run: python benchmarks/bench_checks.py [ROWS]. Prints seconds, ratios and the peak memory of the process. The budget is 3x a pass by hand.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from riskwarn.checks import check_source, gx, rows
from riskwarn.checks.records import write_delivery
from riskwarn.checks.suites import JUDGED, load_suite
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.sql import connect, quote_literal

SOURCE = "port_inspections"
NIGHT = date(2026, 11, 20)
Step = Callable[[Settings, Lake, Delivery], None]
TYPED = Path(__file__).with_name("typed_inspections.sql")


def main(count: int) -> None:
    gx.context()  # the import is paid once a night, by every source
    for kind in ("good", "all bad"):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(home=Path(folder))
            lake = Lake(settings.lake)
            delivery = make(settings, lake, count, is_bad=kind == "all bad")
            steps = {step.__name__: timed(step, settings, lake, delivery) for step in (hand, judge, hand_copy, check)}
            print(f"{count:,} rows, {kind}:")
            report("rules", steps["hand"], steps["judge"])
            by_hand = Cost(steps["hand"].wall + steps["hand_copy"].wall, steps["hand"].cpu + steps["hand_copy"].cpu)
            report("rules and partitions", by_hand, steps["check"])
            print(f"  peak memory so far {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB", flush=True)


def make(settings: Settings, lake: Lake, count: int, *, is_bad: bool) -> Delivery:
    """One typed delivery; where ``is_bad``, each row fails several critical rules."""
    delivery = Delivery("2026-11-19_000000000000", SOURCE, "big.csv", "0" * 64, 1, date(2026, 11, 19), False, NIGHT)
    target = lake.path("typed", f"{SOURCE}/{delivery.delivery_id}")
    target.parent.mkdir(parents=True)
    with connect(settings) as con:
        con.execute("set variable row_count = $1", [count])
        con.execute("set variable is_bad = $1", [is_bad])
        con.execute(f"copy ({TYPED.read_text(encoding='utf-8')}) to {quote_literal(str(target))} (format parquet)")
    write_delivery(lake, delivery)
    return delivery


def hand(settings: Settings, lake: Lake, delivery: Delivery) -> None:
    """One pass that counts the bad rows of every rule."""
    with connect(settings) as con:
        rows.open_typed(con, lake.path("typed", f"{SOURCE}/{delivery.delivery_id}"))
        rules = load_suite(SOURCE).of_levels("row")
        con.view("typed").filter(JUDGED).aggregate(", ".join(f"count(*) filter (where {e.predicate})" for e in rules)).fetchall()


def judge(settings: Settings, lake: Lake, delivery: Delivery) -> None:
    """The same rules and those of the table, by Great Expectations."""
    with connect(settings) as con:
        rows.open_typed(con, lake.path("typed", f"{SOURCE}/{delivery.delivery_id}"))
        gx.validate(con, SOURCE, "select * from typed", load_suite(SOURCE).of_levels("row", "table"))


def hand_copy(settings: Settings, lake: Lake, delivery: Delivery) -> None:
    """One pass that writes every row once more."""
    source = lake.path("typed", f"{SOURCE}/{delivery.delivery_id}")
    with connect(settings) as con:
        rows.open_typed(con, source)
        con.execute(f"copy typed to {quote_literal(str(settings.work / 'copy.parquet'))} (format parquet)")


def check(settings: Settings, lake: Lake, _delivery: Delivery) -> None:
    """The check stage as a night runs it."""
    found = check_source(settings, lake, all_sources()[SOURCE], NIGHT).deliveries[0]
    assert found.read == found.accepted + found.quarantined + found.duplicates
    print(f"  read {found.read:,}, accepted {found.accepted:,}, quarantined {found.quarantined:,}")


class Cost(NamedTuple):
    """Seconds on the clock, and seconds of processor time (which other work on the machine does not change)."""

    wall: float
    cpu: float


def timed(step: Step, settings: Settings, lake: Lake, delivery: Delivery) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    step(settings, lake, delivery)
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def report(what: str, by_hand: Cost, ours: Cost) -> None:
    clock = f"by hand {by_hand.wall:.2f} s, checked {ours.wall:.2f} s, ratio {ours.wall / by_hand.wall:.2f}"
    print(f"  {what}: {clock}; processor {by_hand.cpu:.2f} s, {ours.cpu:.2f} s, ratio {ours.cpu / by_hand.cpu:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
