"""The statistical step of a night on a sparse national panel: processor and wall seconds by part, and the most memory that was held.

    python benchmarks/bench_night.py [--cells N] [--seed N]

Three signals (failures, complaints, alerts), four levels each, four windows, accumulation, pyod, false discovery control, and the
watch; the frozen quiet years are drawn and pyod is fitted once a process and timed apart. night_world.py says what is simulated.
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

import night_world as nw
import numpy as np
import pandas as pd
from tables import markdown

from riskwarn.detect import judge_and_watch
from riskwarn.detect.beside import _frozen
from riskwarn.detect.null import tables
from riskwarn.detect.weekly import weekly_rows
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.judging import KEEP_P

judging = import_module("riskwarn.detect.judge")  # the package also has a function of this name

PARTS = {
    "series found, once": "weekly_rows",
    "panel": "build_panel",
    "exposure": "exposure_of",
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


def generated(cells: int, seed: int) -> pd.DataFrame:
    """The rows, made in a process of its own and read from a file, so that memory is the night's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        maker = multiprocessing.get_context("spawn").Process(target=_write, args=(cells, seed, path))
        maker.start()
        maker.join()
        return pd.read_parquet(path)


def _write(cells: int, seed: int, path: Path) -> None:
    nw.national(cells, seed).to_parquet(path, index=False)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    judge_and_watch(nw.national(200, asked.seed), indicators()[0], nw.AS_OF)  # what is compiled once is not the night's
    tables.cache_clear(), _frozen.cache_clear()
    series = generated(asked.cells, asked.seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    one = indicators()[0].counting
    begun = _now()
    _frozen(one.windows, one.window_weights, one.accumulation)
    null = _now() - begun
    clock, rows, rejected = Clock(), 0, 0
    for name, function in list(PARTS.items())[1:]:
        setattr(judging, function, clock.timed(name, getattr(judging, function)))
    begun = _now()
    laid_out = clock.timed("series found, once", weekly_rows)(series)
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\n{asked.cells:,} cells, seed {asked.seed}: {len(series):,} rows, {rows:,} series judged, {rejected} rejected.", end=" ")
    print(
        f"Memory at most {peak:.1f} GB ({before:.1f} GB to read the rows). One streaming pass over 26 million numbers: {stream[0]:.3f} s."
    )


if __name__ == "__main__":
    main()
