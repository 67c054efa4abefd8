"""The report of one night: what came in, what was raised, how long it took, and whether it can be relied on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from riskwarn.lake import replacing
from riskwarn.settings import Settings

Outcome = Literal["done", "degraded", "failed"]
BACKTEST = "backtest.json"
EXIT_CODES: dict[Outcome, int] = {"done": 0, "failed": 1, "degraded": 3}


@dataclass(frozen=True)
class RunReport:
    """One night's report, as it lies in ``reports/<as_of>/run_report.json``.

    ``stages`` are seconds by stage; ``sources`` are the counts, verdict and issues by source; ``warnings`` counts the list's
    changes; ``estimated_fdr`` is the largest q-value among the statistical warnings opened this night (None: none was).
    ``substances`` counts the names of substances known to the night: as written, listed, the substances they are, not listed (each is
    its own substance), and findings and alerts under the latter.
    ``carried`` counts by indicator the series that went on from the state of an earlier night and those learned from their first week
    (the results are the same).
    ``sending`` counts by subscription what went out and what failed, with the error.
    """

    as_of: date
    outcome: Outcome
    stages: dict[str, float] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    estimated_fdr: float | None = None
    published: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    sending: dict[str, dict[str, Any]] = field(default_factory=dict)
    substances: dict[str, int] = field(default_factory=dict)
    carried: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.outcome]

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of.isoformat(),
            "outcome": self.outcome,
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
            "sources": self.sources,
            "warnings": self.warnings,
            "estimated_fdr": self.estimated_fdr,
            "published": self.published,
            "error": self.error,
            "notes": list(self.notes),
            "sending": self.sending,
            "substances": self.substances,
            "carried": self.carried,
        }


def report_path(settings: Settings, as_of: date) -> Path:
    return settings.reports / as_of.isoformat() / "run_report.json"


def write_report(settings: Settings, report: RunReport) -> Path:
    """Replaces the night's report."""
    path = report_path(settings, report.as_of)
    with replacing(path) as aside:
        aside.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_report(settings: Settings, as_of: date) -> RunReport | None:
    """The night's report, or None where that night left none."""
    path = report_path(settings, as_of)
    if not path.exists():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    return RunReport(**{**stored, "as_of": date.fromisoformat(stored["as_of"]), "notes": tuple(stored["notes"])})


def newest_report(settings: Settings) -> RunReport | None:
    """The report of the newest night that left one."""
    nights = sorted(path.parent.name for path in settings.reports.glob("*/run_report.json"))
    return read_report(settings, date.fromisoformat(nights[-1])) if nights else None


def write_backtest(settings: Settings, result: Mapping[str, Any]) -> Path:
    """Keeps what the newest backtest with events found, for people to read in the console."""
    path = settings.reports / BACKTEST
    with replacing(path) as aside:
        aside.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_backtest(settings: Settings) -> dict[str, Any] | None:
    """What the newest backtest with events found (riskwarn.evaluation.plain), or None where none was made."""
    path = settings.reports / BACKTEST
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found
