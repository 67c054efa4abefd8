"""Headings: which layout a file has, and which of its columns is which, by name only (never by position)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.sources import Column, Layout, Role

# A heading may say in which order its dates are written: "sampled on (dd/mm/yyyy)", 取样日期(日/月/年).
_DATE_ORDERS = {"ddmmyyyy": "dmy", "日月年": "dmy", "mmddyyyy": "mdy", "月日年": "mdy", "yyyymmdd": "", "年月日": ""}


def normalise(heading: str) -> str:
    """The form in which headings are compared: NFKC, lower case, letters and digits only (no blanks, underscores, brackets)."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading)).casefold()


@dataclass(frozen=True)
class Taken:
    """A column of the file that is taken: its position, the canonical column, the order of its dates ("", "dmy" or "mdy")."""

    position: int
    column: Column
    date_order: str = ""


@dataclass(frozen=True)
class Match:
    """How a row of headings fits a layout. ``clashes`` are pairs of headings that mean one column."""

    layout: Layout
    taken: tuple[Taken, ...]
    personal: tuple[int, ...]  # positions that are dropped
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    clashes: tuple[str, ...]


@cache
def _columns_by_heading(layout: Layout) -> dict[str, Column]:
    return {normalise(heading): column for column in layout.columns for heading in (column.name, *column.headings)}


def _find(layout: Layout, heading: str) -> tuple[Column | None, str]:
    columns, plain = _columns_by_heading(layout), normalise(heading)
    if plain in columns:
        return columns[plain], ""
    for suffix, order in _DATE_ORDERS.items():
        if plain.endswith(suffix) and plain.removesuffix(suffix) in columns:
            return columns[plain.removesuffix(suffix)], order
    return None, ""


def match_layout(headings: Sequence[str], layout: Layout) -> Match:
    """Fits one row of headings to one layout."""
    taken: dict[str, Taken] = {}
    personal: list[int] = []
    unknown: list[str] = []
    clashes: list[str] = []
    for position, heading in enumerate(headings):
        column, order = _find(layout, heading)
        if column is None:
            if heading.strip():
                unknown.append(heading.strip())
        elif column.role is Role.PERSONAL:
            personal.append(position)
        elif column.role is not Role.IGNORED:
            if column.name in taken:
                clashes.append(f"{headings[taken[column.name].position].strip()} / {heading.strip()}")
            else:
                taken[column.name] = Taken(position, column, order)
    missing = tuple(column.name for column in layout.required if column.name not in taken)
    return Match(layout, tuple(taken.values()), tuple(personal), tuple(unknown), missing, tuple(clashes))


def match_headings(headings: Sequence[str], layouts: Iterable[Layout]) -> Match:
    """The first layout whose required columns are all there, else the one that comes nearest (its ``missing`` says what lacks)."""
    matches = [match_layout(headings, layout) for layout in layouts]
    complete = [match for match in matches if not match.missing]
    return complete[0] if complete else min(matches, key=lambda match: (len(match.missing), -len(match.taken)))


@dataclass(frozen=True)
class Located:
    """Where the headings of a table stand (0-based row among those looked at) and how they match."""

    row: int
    headings: tuple[str, ...]
    match: Match


def locate_headings(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> Located:
    """The first of the top rows that fits a layout wholly (spreadsheets often carry a title above), else the row that comes nearest."""
    found = [Located(index, tuple(row), match_headings(row, layouts)) for index, row in enumerate(rows)]
    if not found:
        raise FileRefusedError("empty", "no rows")
    complete = [located for located in found if not located.match.missing]
    return complete[0] if complete else min(found, key=lambda located: (len(located.match.missing), -len(located.match.taken)))


def accept(located: Located) -> Located:
    """Refuses headings that lack a required column or name one twice."""
    match = located.match
    if match.missing:
        detail = f"missing column(s) {', '.join(match.missing)} of layout {match.layout.name}"
        raise FileRefusedError("column_missing", detail)
    if match.clashes:
        raise FileRefusedError("column_twice", f"two headings mean one column: {'; '.join(match.clashes)}")
    return located
