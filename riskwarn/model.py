"""The domain: the words that every stage shares. Nothing here knows a file, a database or the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

ALL = "*"  # a dimension that a scope sums over
UNKNOWN = "unknown"  # a dimension that the authority did not record: an explicit cell, never a dropped row


class Direction(StrEnum):
    IMPORT = "import"
    EXPORT = "export"


class Colour(StrEnum):
    """Warning level, State Council 国发〔2017〕43号: red > orange > yellow > blue."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class Scope(StrEnum):
    """Level of the lattice at which a count is judged, from wide to narrow. Sums over different scopes count things twice.

    A chapter is the HS chapter of the product (for foreign schemes: of its category, where it lies in one).
    """

    ORIGIN = "origin"
    HAZARD_ORIGIN = "hazard_origin"
    CHAPTER_HAZARD = "chapter_hazard"
    CHAPTER_ORIGIN = "chapter_origin"
    SUBSTANCE = "substance"
    PRODUCT = "product"
    PRODUCT_HAZARD = "product_hazard"
    PRODUCT_ORIGIN = "product_origin"
    PRODUCT_SUBSTANCE = "product_substance"
    PRODUCT_ORIGIN_HAZARD = "product_origin_hazard"


class Reach(StrEnum):
    """How far a risk reaches, as the Chinese contingency plans name it (区域性, 行业性, 系统性); a cell is one product of one origin."""

    CELL = "cell"
    REGIONAL = "regional"
    INDUSTRY_WIDE = "industry_wide"
    SYSTEMIC = "systemic"


_REACHES = {
    Scope.ORIGIN: Reach.REGIONAL,
    Scope.HAZARD_ORIGIN: Reach.REGIONAL,
    Scope.CHAPTER_ORIGIN: Reach.REGIONAL,
    Scope.CHAPTER_HAZARD: Reach.INDUSTRY_WIDE,
    Scope.PRODUCT: Reach.INDUSTRY_WIDE,
    Scope.PRODUCT_HAZARD: Reach.INDUSTRY_WIDE,
    Scope.PRODUCT_SUBSTANCE: Reach.INDUSTRY_WIDE,
    Scope.SUBSTANCE: Reach.SYSTEMIC,
    Scope.PRODUCT_ORIGIN: Reach.CELL,
    Scope.PRODUCT_ORIGIN_HAZARD: Reach.CELL,
}


def reach_of(scope: str) -> Reach:
    """One origin and many products: regional. One product or chapter over all origins: industry-wide. One substance over all
    products: systemic.
    """
    return _REACHES[Scope(scope)]


@dataclass(frozen=True, order=True)
class SeriesKey:
    """What one series counts: a product (scheme + code) x origin x hazard category x substance in one direction; ALL where summed over.

    At the chapter levels ``product_code`` is the HS chapter (2 digits), whatever the scheme.
    """

    scope: str
    direction: str
    product_scheme: str
    product_code: str
    origin_country: str
    hazard_category: str
    substance: str = ALL

    def text(self) -> str:
        """The key as one text, the same on every night."""
        return "|".join(getattr(self, name) for name in SERIES_COLUMNS)


SERIES_COLUMNS = ("scope", "direction", "product_scheme", "product_code", "origin_country", "hazard_category", "substance")

Verdict = Literal["ok", "partly_quarantined", "quarantined"]
SourceVerdict = Literal["ok", "quarantined", "stale", "missing"]


@dataclass(frozen=True)
class Issue:
    """Something a person should know of a delivery or a source; ``code`` is a key of the message catalogue."""

    code: str
    severity: Literal["info", "warning", "critical"]
    detail: str  # names the file, the column or the row and the value met; never personal data
    rows: int = 0


@dataclass(frozen=True)
class Delivery:
    """One file as it reached us; the row counts always add up: read = accepted + quarantined + duplicates.

    ``state`` is "ingested" (typed rows lie in lake/typed) or "checked" (accepted and quarantined rows lie in the lake).
    """

    delivery_id: str  # <delivered_on>_<sha256[:12]>, the partition name
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    delivered_on: date
    is_history: bool
    night: date | None  # the night that took it in; None for `riskwarn ingest --history` without --as-of
    layout: str = ""
    state: Literal["ingested", "checked"] = "ingested"
    verdict: Verdict = "ok"
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    newest_received_on: date | None = None
    issues: tuple[Issue, ...] = field(default=())
    is_decided: bool = False  # no file that somebody dropped: rows set aside earlier that people corrected or released


def monday_of(day: date) -> date:
    """The Monday that names the ISO week of ``day``."""
    return day - timedelta(days=day.weekday())
