"""What a document says, as plain values: nothing here knows the case store, the warehouse or the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskwarn.text import Lang


class Kind(StrEnum):
    """What is issued, to whom. 警示通告 has two addressees, so it is two kinds here."""

    PORT_NOTICE = "port_notice"  # 风险警示通报, to ports: inspect more strictly
    NOTICE = "notice"  # 风险警示通告, to enterprises and departments
    CONSUMER_NOTICE = "consumer_notice"  # 风险警示通告, to consumers
    LIFTING = "lifting"  # 警示解除


@dataclass(frozen=True)
class Both:
    """One text in both languages."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        return self.zh if lang == "zh_CN" else self.en


NOTHING = Both("", "")


@dataclass(frozen=True)
class Agency:
    """Who issues or receives a document (agencies.toml); ``source`` says how sure name and address are."""

    code: str
    name: Both
    masthead: Both  # the red line of characters at the top
    address: Both
    email: str
    source: str


@dataclass(frozen=True)
class MeasureLine:
    """One response measure as the case has it: what, on what, from when, until when (None: until lifted), who answers for it."""

    what: Both
    scope: Both
    start_on: date | None
    end_on: date | None
    owner: Both = NOTHING


@dataclass(frozen=True)
class WarningFacts:
    """The published warning that a document rests on; ``product``, ``origin`` and ``hazard`` are None where it sums over all."""

    warning_id: str
    level: str  # red | orange | yellow | blue
    direction: str  # import | export
    product: Both | None
    origin: Both | None
    hazard: Both | None
    substance: str
    since: date  # Monday of the first week
    until: date  # Monday of the newest week
    observed: float | None  # None: risk information that a person entered, not counted
    expected: float | None
    reason: Both
    sources: tuple[Both, ...]
    evidence_count: int
    hs_codes: tuple[str, ...] = ()
    hazard_category: str = ""
    is_entered: bool = False  # by a person: its words may name an enterprise (the product's, where it has no code)


@dataclass(frozen=True)
class Signed:
    """Who signed, and on which day the document is dated."""

    by: str
    on: date


@dataclass(frozen=True)
class NoticeFacts:
    """Everything that a notice says. ``signed`` is None until it is signed: then it carries 送审稿."""

    kind: Kind
    serial: str  # the internal serial
    issuer: Agency
    drafted_on: date
    warning: WarningFacts
    to: tuple[Both, ...]
    measures: tuple[MeasureLine, ...]
    agency_number: str = ""  # the 文号 of the agency's own office system; empty until it is given
    signed: Signed | None = None
    copies_to: tuple[Both, ...] = ()
    contact: str = ""
    advice: Both = NOTHING  # what the reader is asked to do beside the standing text
    lifts: str = ""  # lifting: number or serial of the document that is lifted
    lifts_on: date | None = None  # lifting: the day of that document
    lift_reason: Both = NOTHING
