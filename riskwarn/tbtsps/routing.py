"""From a measure to the agreement, form and article to notify it under: an explained recommendation, never a notification by itself."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from riskwarn.documents import Both
from riskwarn.places import PACKAGE

Agreement = Literal["SPS", "TBT"]


class Instrument(StrEnum):
    REGULATION = "regulation"
    PROCEDURE = "procedure"  # of conformity assessment


class Status(StrEnum):
    DRAFT = "draft"  # comments can still change it
    IN_FORCE = "in_force"


class Standard(StrEnum):
    """How the measure stands to the relevant international standard (Codex, WOAH, IPPC, ISO, IEC ...)."""

    NONE = "none"
    DEVIATES = "deviates"
    CONFORMS = "conforms"


class Outcome(StrEnum):
    NOTIFY = "notify"
    ASK = "ask"  # a person must first say which agreement
    ANSWER_GATE = "answer_gate"  # a person must first answer the two questions
    NO_DUTY = "no_duty"  # may be notified for transparency
    NOTHING = "nothing"


@dataclass(frozen=True)
class Gate:
    """The two questions that decide whether there is a duty to notify, answered by a person on a day."""

    standard: Standard
    significant_effect: bool
    by: str
    on: date

    @property
    def is_passed(self) -> bool:
        return self.standard is not Standard.CONFORMS and self.significant_effect


@dataclass(frozen=True)
class Choice:
    """What a person said where the objective alone does not decide: one agreement, or both."""

    agreements: tuple[Agreement, ...]
    by: str


@dataclass(frozen=True)
class Question:
    """A measure as routing sees it; ``is_urgent`` speaks of the problem, not of the paperwork."""

    objective: str
    is_urgent: bool
    status: Status
    instrument: Instrument = Instrument.REGULATION
    is_local: bool = False
    gate: Gate | None = None
    choice: Choice | None = None


@dataclass(frozen=True)
class Way:
    """One notification to make: form and articles under an agreement."""

    agreement: Agreement
    form: str  # file name of the template: sps_emergency | sps_regular | tbt
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Recommendation:
    """The one result, with every reason in both languages; ``ways`` is empty where nothing is to be or can yet be notified."""

    outcome: Outcome
    ways: tuple[Way, ...]
    reasons: tuple[Both, ...]


@cache
def rules() -> dict[str, Any]:
    return tomllib.loads((PACKAGE / "tbtsps" / "routing.toml").read_text(encoding="utf-8"))


@cache
def objectives() -> dict[str, dict[str, str]]:
    """The reviewed list, by code."""
    return {entry["code"]: entry for entry in rules()["objective"]}


def proposed_objective(hazard_category: str) -> str | None:
    """What a warning's hazard most often means for the objective; a person decides."""
    found: str | None = rules()["proposed"].get(hazard_category)
    return found


def recommend(question: Question) -> Recommendation:
    """Exactly one result for every question; raises KeyError for an objective that is not on the list."""
    objective = objectives()[question.objective]
    named: dict[str, str | Both] = {"objective": Both(objective["zh"], objective["en"]), "source": objective["source"]}
    if objective["agreement"] == "none":
        return Recommendation(Outcome.NOTHING, (), (reason("none", **named), reason("person")))
    if objective["agreement"] == "ask":
        if question.choice is None:
            return Recommendation(Outcome.ASK, (), (reason("ask", **named), reason("person")))
        agreements: tuple[Agreement, ...] = tuple(dict.fromkeys(question.choice.agreements))
        first = [reason("ask", **named), reason("asked", by=question.choice.by, agreement=" + ".join(agreements))]
    else:
        agreements = ("SPS",) if objective["agreement"] == "SPS" else ("TBT",)
        first = [reason("by_objective", agreement=objective["agreement"], **named)]
    found = [_way(agreement, question) for agreement in agreements]
    reasons = (
        *first,
        *(one for _way_found, told in found for one in told),
        *_timing(question),
        gate_reason(question.gate),
        reason("person"),
    )
    return Recommendation(_outcome(question.gate), tuple(way for way, _told in found), reasons)


def recommend_addendum(symbol: str, lifted_on: date) -> Recommendation:
    """What lifting at home means for a measure already notified."""
    told = reason("addendum", symbol=symbol, day=lifted_on.isoformat())
    agreement: Agreement = "SPS" if "/SPS/" in symbol else "TBT"
    return Recommendation(Outcome.NOTIFY, (Way(agreement, "addendum", ()),), (told, reason("person")))


def reason(code: str, **fields: str | Both) -> Both:
    """A reason of routing.toml, filled in both languages."""
    text = rules()["reasons"][code]
    zh = {name: value.zh if isinstance(value, Both) else value for name, value in fields.items()}
    en = {name: value.en if isinstance(value, Both) else value for name, value in fields.items()}
    return Both(text["zh"].format(**zh), text["en"].format(**en))


def tbt_articles(instrument: Instrument, *, is_urgent: bool, is_local: bool) -> tuple[str, ...]:
    """The TBT articles that fit, the main one first."""
    if instrument is Instrument.REGULATION:
        return ("2.10.1" if is_urgent else "2.9.2", *(("3.2",) if is_local else ()))
    return ("5.7.1" if is_urgent else "5.6.2", *(("7.2",) if is_local else ()))


def sps_article(*, is_urgent: bool) -> str:
    return "Annex B 6" if is_urgent else "Annex B 5"


def gate_reason(gate: Gate | None) -> Both:
    if gate is None:
        return reason("gate_unanswered")
    fields: dict[str, str | Both] = {
        "by": gate.by,
        "on": gate.on.isoformat(),
        "standard": reason(f"standard_{gate.standard}"),
        "effect": reason("effect_yes" if gate.significant_effect else "effect_no"),
    }
    return reason("gate_open" if gate.is_passed else "gate_closed", **fields)


def _way(agreement: Agreement, question: Question) -> tuple[Way, list[Both]]:
    if agreement == "SPS":
        form = "sps_emergency" if question.is_urgent else "sps_regular"
        told = [reason("sps_urgent"), reason("not_provisional")] if question.is_urgent else [reason("sps_regular")]
        told += [reason("sps_local")] if question.is_local else []
        return Way("SPS", form, (sps_article(is_urgent=question.is_urgent),)), told
    articles = tbt_articles(question.instrument, is_urgent=question.is_urgent, is_local=question.is_local)
    return Way("TBT", "tbt", articles), [reason(f"tbt_{article.replace('.', '_')}") for article in articles]


def _timing(question: Question) -> list[Both]:
    if question.status is not Status.IN_FORCE:
        return []
    return [reason("in_force_urgent" if question.is_urgent else "late")]


def _outcome(gate: Gate | None) -> Outcome:
    if gate is None:
        return Outcome.ANSWER_GATE
    return Outcome.NOTIFY if gate.is_passed else Outcome.NO_DUTY
