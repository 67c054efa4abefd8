"""Sources: one module each, found by convention (every module here that defines ``SOURCE``); no registry to edit."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Role(StrEnum):
    """What ingest does with a column of a delivery."""

    VALUE = "value"  # cleaned (full-width to half-width, trimmed, empty to NULL) and handed to the layout's SQL
    NARRATIVE = "narrative"  # free text: cleaned, and personal data masked before anything else sees it
    PERSONAL = "personal"  # dropped before anything else sees it
    IGNORED = "ignored"  # known by name and not taken


@dataclass(frozen=True)
class Column:
    """One column that a delivery may carry: its canonical name and the headings (any language, any case) it goes by."""

    name: str
    headings: tuple[str, ...] = ()
    is_required: bool = False  # absent: the whole file is quarantined
    role: Role = Role.VALUE


@dataclass(frozen=True)
class Layout:
    """One shape in which a source is delivered. ``warehouse/00_ingest/<sql>.sql`` turns it into canonical typed rows."""

    name: str
    sql: str
    columns: tuple[Column, ...]
    encodings: tuple[str, ...] = ("utf-8", "gb18030")  # tried in order, strictly
    json_path: str = ""  # for a JSON document: the key of the list of rows ("" = the document is the list)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_required)


@dataclass(frozen=True)
class Source:
    """One source: its key, the layouts it arrives in (the first whose required columns are all there is taken) and its cadence."""

    name: str
    key: tuple[str, ...]  # business key of a row; the same key with other content is a new version
    layouts: tuple[Layout, ...]
    cadence_days: int  # a delivery is due this often
    stale_after_days: int  # newest received_on older than this at as_of: stale
    name_en: str
    name_zh: str
    is_optional: bool = False  # never delivered: not "missing"


@cache
def all_sources() -> dict[str, Source]:
    """Every source by name, in order of name."""
    found: dict[str, Source] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        if module.name.startswith("_"):
            continue
        source = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SOURCE", None)
        if isinstance(source, Source):
            found[source.name] = source
    return found
