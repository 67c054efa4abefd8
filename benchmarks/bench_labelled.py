"""Real weekly counts with documented outbreaks: sensitivity, timeliness and false alarms at fixed alpha.

    python benchmarks/bench_labelled.py [--data FOLDER] [--write]

The series (k1, m1, m2, n1, q2, s1, S. Newport, S. Agona; see the R package surveillance) are read from FOLDER and are not part of this
project. An outbreak is a run of weeks marked in the data; it is found if one of its judged weeks alarms. All marked weeks lie in the
first year and a half: the detectors judge from the tenth week on, and Farrington Flexible, which needs three years, judges none of them.
False alarms are also counted in the weeks that all of them judge.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from farrington import farrington, weeks_needed
from numpy.typing import NDArray
from scipy import stats
from tables import markdown, write_into

from riskwarn.surveil import surveil

ROOT = Path(__file__).resolve().parent.parent
ALPHAS = (0.001, 0.01, 0.05)
YEARS = 3
FIRST, FROM = 9, weeks_needed(YEARS)  # first week judged by all but Farrington, and by all
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Weekly counts, and which weeks belong to a documented outbreak."""

    name: str
    counts: NDArray[np.int64]
    is_outbreak: NDArray[np.bool_]


def read(folder: Path) -> list[Labelled]:
    found = []
    for path in sorted(folder.glob("*.csv")):
        table = pd.read_csv(path)
        counted = [name for name in table.columns if name.startswith("observed")]
        state = next(name for name in table.columns if name.startswith("state"))
        found.append(Labelled(path.stem, table[counted].sum(axis=1).to_numpy(dtype=np.int64), table[state].to_numpy() > 0))
    if not found:
        raise SystemExit(f"no labelled series in {folder}: give their folder with --data")
    return found


def by_surveil(counts: NDArray[np.int64]) -> Floats:
    weeks = np.datetime64("2001-01-01") + 7 * np.arange(counts.size)
    return surveil(pd.DataFrame({"series": "one", "week": weeks, "count": counts}))["p_value"].to_numpy()[FIRST:]


def by_farrington(counts: NDArray[np.int64]) -> Floats:
    """p-values, NaN in the weeks that have too little history."""
    return np.concatenate([np.full(FROM - FIRST, np.nan), farrington(counts[None, :], FROM, YEARS)[0][0]])


def by_ears(counts: NDArray[np.int64], gap: int) -> Floats:
    base = np.lib.stride_tricks.sliding_window_view(counts, 7)[FIRST - 7 - gap : counts.size - 7 - gap]
    return stats.norm.sf((counts[FIRST:] - base.mean(axis=1)) / np.maximum(base.std(axis=1, ddof=1), 0.2))


DETECTORS = {
    "riskwarn surveil": by_surveil,
    "Farrington Flexible, NB, 3 years": by_farrington,
    "EARS C1": lambda counts: by_ears(counts, 0),
    "EARS C2": lambda counts: by_ears(counts, 2),
}


def runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First week and week after the last of each run of marked weeks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@dataclass
class Tally:
    """Sums over the series for one detector and alpha; weeks are judged weeks."""

    outbreaks: int = 0
    waits: tuple[int, ...] = ()
    marked: int = 0
    hits: int = 0
    quiet: int = 0
    false: int = 0
    late_quiet: int = 0
    late_false: int = 0

    def add(self, one: Labelled, p: Floats, alpha: float) -> None:
        marked, alarm, judged = one.is_outbreak[FIRST:], p <= alpha, ~np.isnan(p)
        late = np.arange(p.size) >= FROM - FIRST
        self.marked += int((marked & judged).sum())
        self.hits += int((alarm & marked).sum())
        self.quiet += int((~marked & judged).sum())
        self.false += int((alarm & ~marked).sum())
        self.late_quiet += int((late & ~marked).sum())
        self.late_false += int((late & alarm & ~marked).sum())
        for begin, end in runs(marked & judged):
            self.outbreaks += 1
            self.waits += (int(alarm[begin:end].argmax()),) if alarm[begin:end].any() else ()


def rows(series: list[Labelled]) -> list[dict[str, str]]:
    table = []
    for name, detector in DETECTORS.items():
        p = [detector(one.counts) for one in series]
        for alpha in ALPHAS:
            tally = Tally()
            for one, judged in zip(series, p, strict=True):
                tally.add(one, judged, alpha)
            table.append(_row(name, alpha, tally))
    return table


def _row(name: str, alpha: float, tally: Tally) -> dict[str, str]:
    return {
        "detector": name,
        "alpha": f"{alpha:g}",
        "outbreaks found": f"{len(tally.waits)} of {tally.outbreaks}" if tally.outbreaks else "cannot judge",
        "outbreak weeks that alarm": f"{tally.hits} of {tally.marked}" if tally.marked else "",
        "weeks to first alarm": ", ".join(map(str, sorted(tally.waits))),
        "false alarms": f"{tally.false / tally.quiet:.1%} of {tally.quiet} weeks",
        "from the fourth year on": f"{tally.late_false / tally.late_quiet:.1%} of {tally.late_quiet} weeks",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "labelled_series")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/detection.md")
    given = parser.parse_args()
    series = read(given.data)
    note = f"{len(series)} series ({', '.join(one.name for one in series)}), judged from week {FIRST + 1} on. "
    note += "The series are real: a week outside the marked ones may hold an outbreak that nobody documented."
    text = markdown(rows(series)) + "\n\n" + note
    print(text)
    if given.write:
        write_into(ROOT / "docs" / "detection.md", "bench_labelled", text)


if __name__ == "__main__":
    main()
