"""Reading a sparse national panel and judging it, as the night does: processor and wall seconds by part, and the most memory held.

    python benchmarks/bench_night.py [--cells N] [--seed N]

Three signals (failures, complaints, alerts), four levels each, four windows, accumulation, pyod, false discovery control, and the
watch; the rows lie in a DuckDB file in no order, as a night's build leaves them. The frozen quiet years are drawn and pyod is fitted
once a process and timed apart. night_world.py says what is simulated; beyond BLOCK_CELLS it is several such worlds, which share their
origins, hazards and substances.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import night_world as nw
import numpy as np
from tables import markdown

from riskwarn import warehouse
from riskwarn.detect import judge_and_watch
from riskwarn.detect.beside import _frozen
from riskwarn.detect.null import tables
from riskwarn.detect.panel import asked_columns
from riskwarn.detect.weekly import Weekly, numbered_rows
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.judging import KEEP_P
from riskwarn.model import SERIES_COLUMNS
from riskwarn.settings import Settings
from riskwarn.sql import connect

judging = import_module("riskwarn.detect.judge")  # the package also has a function of this name

PARTS = {
    "rows read as numbers, once": "numbered_rows",
    "panel": "build_panel",
    "targeting ratios": "exposure_of",
    "exposure, first pass": "take_stock",
    "prior": "margin_prior",
    "seasons of chapters": "_chapter_seasons",
    "filter": "run",
    "windows and joining": "joined",
    "accumulation": "accumulate",
    "pyod": "second_opinion",
    "false discovery control": "discrete_q_values",
    "the table": "_table",
    "watch": "watch",
}
SIGNALS = ("failure_rate", "complaints", "foreign_alerts")
LEVELS = {
    "failure_rate": ("product_origin", "product_origin_hazard", "product_hazard", "substance"),
    "complaints": ("product_origin", "product_origin_hazard", "product_hazard", "substance"),
    "foreign_alerts": ("product_origin", "product_origin_hazard", "product_hazard", "product_substance"),
}


BLOCK_CELLS = 100_000


class Clock:
    """Processor and wall seconds by part; a part within another is taken out of the outer one."""

    def __init__(self) -> None:
        self.spent = {name: np.zeros(2) for name in PARTS}
        self.inner = [np.zeros(2)]

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def run(*args: Any, **named: Any) -> Any:
            self.inner.append(np.zeros(2))
            begun = _now()
            result = work(*args, **named)
            took = _now() - begun
            self.spent[name] += took - self.inner.pop()
            self.inner[-1] += took
            return result

        return run


def _now() -> np.ndarray:
    return np.array([time.process_time(), time.perf_counter()])


def indicators() -> list[Indicator]:
    by_id = {one.id: one for one in load_indicators()}
    return [
        replace(by_id[name], scopes=LEVELS[name], detector=replace(by_id[name].counting, scope_weights=(1.0, 1.0, 1.0, 0.2)))
        for name in SIGNALS
    ]


def generated(cells: int, seed: int, path: Path) -> None:
    """Writes the rows, in processes of their own, so that memory is the night's."""
    for block, first in enumerate(range(0, cells, BLOCK_CELLS)):
        asked = (min(BLOCK_CELLS, cells - first), seed + 1000 * block, first // nw.ORIGINS, path)
        maker = multiprocessing.get_context("spawn").Process(target=_write, args=asked)
        maker.start()
        maker.join()
        if maker.exitcode != 0:
            raise SystemExit(f"the rows could not be made: exit code {maker.exitcode}")


def _write(cells: int, seed: int, first_product: int, path: Path) -> None:
    rows = nw.national(cells, seed, first_product)
    with duckdb.connect(str(path), config={"threads": 2, "memory_limit": "1500MB"}) as con:
        con.execute("set enable_progress_bar = false")
        con.register("rows", rows.assign(place=np.random.default_rng(seed).permutation(len(rows))))
        keys = ", ".join((*SERIES_COLUMNS, "week"))
        sums = ", ".join(f"sum({name})::bigint as {name}" for name in nw.COUNTS)
        new = f"select {keys}, {', '.join(nw.COUNTS)} from (select * replace (week::date as week) from rows) order by place"
        if first_product == 0:
            con.execute(f"create table core_series_week as {new}")
        else:  # series over all products are in every block: theirs are added up
            con.execute(f"insert into core_series_week {new}")
            con.execute(f"create table shared as select {keys}, {sums} from core_series_week where product_code = '*' group by all")
            con.execute("delete from core_series_week where product_code = '*'")
            con.execute("insert into core_series_week from shared")
            con.execute("drop table shared")


def read(path: Path) -> Weekly:
    """What the night reads, with the memory and threads that DuckDB has there."""
    columns = {name: None for one in indicators() for name in asked_columns(one)}
    with connect(Settings(), path, read_only=True) as con, warehouse.numbered_series(con, list(columns)) as found:
        return numbered_rows(found.heads, found.batches, found.types)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        night(Path(folder), asked.cells, asked.seed)


def night(folder: Path, cells: int, seed: int) -> None:
    """Makes the rows, reads and judges them, and prints what that took."""
    generated(200, seed, folder / "small.duckdb")
    for indicator in indicators():  # what is compiled once is not the night's
        judge_and_watch(read(folder / "small.duckdb"), indicator, nw.AS_OF)
    tables.cache_clear(), _frozen.cache_clear()
    generated(cells, seed, folder / "night.duckdb")
    before = peak()
    one = indicators()[0].counting
    begun = _now()
    _frozen(one.windows, one.window_weights, one.accumulation)
    null = _now() - begun
    clock, rows, rejected = Clock(), 0, 0
    for name, function in list(PARTS.items())[1:]:
        setattr(judging, function, clock.timed(name, getattr(judging, function)))
    begun = _now()
    laid_out = clock.timed("rows read as numbers, once", read)(folder / "night.duckdb")
    after_reading = peak()
    for indicator in indicators():
        signals, _ = judge_and_watch(laid_out, indicator, nw.AS_OF, told_p=KEEP_P)
        rows, rejected = rows + len(signals), rejected + int(signals["is_rejected"].sum())
    whole = _now() - begun
    numbers = np.random.default_rng(0).random(26_000_000)
    begun = _now()
    numbers.cumsum()
    stream = _now() - begun
    spent = clock.spent | {
        "the rest": whole - sum(clock.spent.values()),
        "together": whole,
        "once a process: quiet years, pyod fitted": null,
    }
    print(markdown([{"part": name, "processor s": f"{s[0]:.2f}", "wall s": f"{s[1]:.2f}"} for name, s in spent.items()]))
    print(f"\n{cells:,} cells, seed {seed}: {laid_out.week.size:,} rows, {rows:,} series judged, {rejected} rejected.", end=" ")
    print(f"Memory at most {peak():.2f} GB ({before:.2f} before anything was read, {after_reading:.2f} once the rows were).", end=" ")
    print(f"One streaming pass over 26 million numbers: {stream[0]:.3f} s.")


def peak() -> float:
    """The most memory that this process ever held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
