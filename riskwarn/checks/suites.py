"""Suites: the hand-written expectations of one source, read strictly (Great Expectations itself drops what it does not know).

A suite is ``expectations/<source>.json``, in the format of Great Expectations: a list of expectations, each with ``id``, ``type``,
``kwargs``, ``severity``, ``description``, ``notes`` (English, Chinese) and ``meta`` (``level``, ``description_zh`` and, at the level of
the source, ``verdict`` or ``count``/``of``). Great Expectations, the quarantine and the samples all use the same predicate text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from riskwarn.places import EXPECTATIONS

Level = Literal["row", "table", "source"]
Severity = Literal["critical", "warning", "info"]

NO_BAD_ROWS = "expect_no_bad_rows"
FEW_BAD_ROWS = "expect_share_of_bad_rows_to_be_at_most"
ROW_COUNT = "expect_table_row_count_to_be_between"
COLUMNS = "expect_table_columns_to_match_set"

# The rows that a predicate judges: not those that ingest could not read, nor those that are on record already.
JUDGED = "len(reasons) = 0 and not is_duplicate"


class SuiteError(ValueError):
    """A suite that would check less than it says: refused before anything is checked with it."""


@dataclass(frozen=True)
class Expectation:
    """One expectation. ``predicate`` is true for a BAD row (of the delivery, or of the one-row state of the source); "" for others.

    ``verdict``: what a failure makes of the source for the night (only at the level of the source; "" for none).
    ``count`` and ``of``: columns of the state that hold how many things fail and among how many.
    """

    id: str
    type: str
    level: Level
    severity: Severity
    kwargs: dict[str, Any]
    description_en: str
    description_zh: str
    note_en: str
    note_zh: str
    verdict: str = ""
    count: str = ""
    of: str = ""
    is_releasable: bool = False  # a row that fails it may be let pass by a supervisor: odd, but possible

    @property
    def predicate(self) -> str:
        return str(self.kwargs.get("predicate", ""))

    @property
    def is_quarantining(self) -> bool:
        """Whether a row for which the predicate holds is set aside."""
        return self.level == "row" and self.severity == "critical"

    def as_gx(self) -> dict[str, Any]:
        """The configuration that Great Expectations is given; our id goes into its meta (it wants UUIDs for its own).

        Data Docs show the description: what is expected in both languages, and the predicate of bad rows.
        """
        kwargs = dict(self.kwargs)
        if self.level == "row":
            kwargs["among"] = JUDGED
        return {
            "type": self.type,
            "kwargs": kwargs,
            "severity": self.severity,
            "description": f"{self.description_en} / {self.description_zh}" + (f" (bad: {self.predicate})" if self.predicate else ""),
            "notes": [self.note_en, self.note_zh],
            "meta": {"id": self.id, "level": self.level, "description_zh": self.description_zh},
        }


@dataclass(frozen=True)
class Suite:
    source: str
    expectations: tuple[Expectation, ...]

    def of_levels(self, *levels: Level) -> tuple[Expectation, ...]:
        return tuple(e for e in self.expectations if e.level in levels)


def load_suite(source: str, folder: Path = EXPECTATIONS) -> Suite:
    """The suite of a source.

    Raises SuiteError where it is absent, empty, incomplete, or lacks the expectations without which an empty or re-shaped delivery passes.
    """
    path = folder / f"{source}.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SuiteError(f"{source}: no suite {path.name}: a source without expectations is not checked") from None
    except ValueError as error:
        raise SuiteError(f"{path.name}: not JSON: {error}") from None
    if raw.get("name") != source:
        raise SuiteError(f"{path.name}: its name is {raw.get('name')!r}, not {source!r}")
    suite = Suite(source, tuple(_expectation(path.name, item) for item in raw.get("expectations", [])))
    _refuse_gaps(path.name, suite)
    return suite


def _expectation(where: str, item: dict[str, Any]) -> Expectation:
    unknown = set(item) - {"id", "type", "kwargs", "severity", "description", "notes", "meta"}
    if unknown:
        raise SuiteError(f"{where}: {item.get('id')}: unknown keys {sorted(unknown)}")
    try:
        meta, notes = item["meta"], item["notes"]
        found = Expectation(
            id=item["id"],
            type=item["type"],
            level=meta["level"],
            severity=item["severity"],
            kwargs=item["kwargs"],
            description_en=item["description"],
            description_zh=meta["description_zh"],
            note_en=notes[0],
            note_zh=notes[1],
            verdict=meta.get("verdict", ""),
            count=meta.get("count", ""),
            of=meta.get("of", ""),
            is_releasable=meta.get("releasable", False),
        )
    except (KeyError, IndexError, TypeError) as error:
        raise SuiteError(f"{where}: {item.get('id')}: incomplete: {error!r}") from None
    _refuse_expectation(where, found)
    return found


def _refuse_expectation(where: str, found: Expectation) -> None:
    problems = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,60}", found.id):
        problems.append("its id is not a name")
    if found.level not in get_args(Level) or found.severity not in get_args(Severity):
        problems.append(f"unknown level or severity: {found.level}, {found.severity}")
    if found.level == "row" and found.type != NO_BAD_ROWS:
        problems.append(f"a row is judged by {NO_BAD_ROWS} alone, so that the quarantine can use its predicate")
    if found.type in (NO_BAD_ROWS, FEW_BAD_ROWS) and not found.predicate.strip():
        problems.append("no predicate of bad rows")
    if found.verdict not in ("", "missing", "stale", "quarantined") or (found.verdict and found.level != "source"):
        problems.append(f"cannot make a source {found.verdict!r}")
    if found.is_releasable and not found.is_quarantining:
        problems.append("nothing to release: it sets no row aside")
    if not all(text.strip() for text in (found.description_en, found.description_zh, found.note_en, found.note_zh)):
        problems.append("a description or note is empty")
    if problems:
        raise SuiteError(f"{where}: {found.id}: {'; '.join(problems)}")


def _refuse_gaps(where: str, suite: Suite) -> None:
    """An empty suite succeeds, an empty table passes every row, a renamed column passes what does not name it: all refused here."""
    ids = [e.id for e in suite.expectations]
    if not ids:
        raise SuiteError(f"{where}: the suite is empty")
    if len(set(ids)) != len(ids):
        raise SuiteError(f"{where}: an id occurs twice")
    critical = [e for e in suite.expectations if e.severity == "critical"]
    if not any(e.is_quarantining for e in critical):
        raise SuiteError(f"{where}: no critical expectation of rows")
    if not any(e.type == ROW_COUNT and cast(int, e.kwargs.get("min_value", 0)) >= 1 for e in critical):
        raise SuiteError(f"{where}: no critical {ROW_COUNT} with min_value: an empty table would pass")
    if not any(e.type == COLUMNS and e.kwargs.get("exact_match") is True for e in critical):
        raise SuiteError(f"{where}: no critical exact {COLUMNS}: a renamed column would pass")
    if not {"missing", "stale", "quarantined"} <= {e.verdict for e in critical}:
        raise SuiteError(f"{where}: a source must be able to be missing, stale and quarantined")
