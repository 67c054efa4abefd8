"""Whether a draft fits the answers that led to it: objective, urgency, gate, articles."""

from __future__ import annotations

from collections.abc import Iterator

from riskwarn.documents import Both
from riskwarn.tbtsps.drafts import Draft
from riskwarn.tbtsps.routing import Instrument, Question, Standard, Status, objectives
from riskwarn.tbtsps.validation_parts import Found, chosen, is_open

MAIN = {
    "2.9.2": (Instrument.REGULATION, False),
    "2.10.1": (Instrument.REGULATION, True),
    "5.6.2": (Instrument.PROCEDURE, False),
    "5.7.1": (Instrument.PROCEDURE, True),
}
LOCAL = {"3.2": Instrument.REGULATION, "7.2": Instrument.PROCEDURE}
_INSTRUMENT = {
    Instrument.REGULATION: Both("技术法规", "technical regulation"),
    Instrument.PROCEDURE: Both("合格评定程序", "conformity assessment procedure"),
}
_URGENCY = {True: Both("紧急", "urgent"), False: Both("非紧急", "not urgent")}
FIRST_FORMS = ("tbt", "sps_regular", "sps_emergency")


def check(draft: Draft) -> Iterator[Found]:
    question = draft.question
    if draft.form in FIRST_FORMS and (question is None or question.gate is None):
        yield Found("gate", "")
    if question is not None:
        yield from _objective(draft, question)
        yield from _urgency(draft, question)
        yield from _gate(draft, question)
    if draft.form == "tbt":
        yield from _articles(draft, question)


def _objective(draft: Draft, question: Question) -> Iterator[Found]:
    objective = objectives()[question.objective]
    allowed: tuple[str, ...] = (objective["agreement"],)
    if objective["agreement"] == "none":
        yield Found("not_a_measure", "")
        return
    if objective["agreement"] == "ask":
        allowed = question.choice.agreements if question.choice else ()
    if draft.agreement not in allowed:
        yield Found("agreement", "", (("objective", Both(objective["zh"], objective["en"])), ("agreement", draft.agreement)))


def _urgency(draft: Draft, question: Question) -> Iterator[Found]:
    if draft.form == "sps_emergency" and not question.is_urgent:
        yield Found("late_not_urgent" if question.status is Status.IN_FORCE else "emergency_not_urgent", "urgent_problem")
    if draft.form == "sps_regular" and question.is_urgent:
        yield Found("regular_though_urgent", "")
    if question.status is Status.IN_FORCE and not question.is_urgent and draft.form in ("sps_regular", "tbt"):
        yield Found("late", "description")
    if question.is_urgent and draft.form == "tbt" and is_open(draft.boxes.get("urgent_problem", "")):
        yield Found("urgent_problem", "urgent_problem")
    if draft.form == "sps_emergency" and is_open(draft.boxes.get("urgent_problem", "")):
        yield Found("urgent_problem", "urgent_problem")


def _gate(draft: Draft, question: Question) -> Iterator[Found]:
    gate = question.gate
    if gate is not None and not gate.is_passed:
        yield Found("gate_closed", "")
    if "conforms" not in draft.boxes:
        return
    said, conforms = draft.boxes.get("standard", ""), draft.boxes["conforms"]
    if conforms == "no" and is_open(draft.boxes.get("deviation", "")):
        yield Found("deviation", "deviation")
    if gate is not None and said and conforms:
        expected = {Standard.NONE: "not_applicable", Standard.DEVIATES: "no", Standard.CONFORMS: "yes"}[gate.standard]
        if conforms != expected or (said == "none") != (gate.standard is Standard.NONE):
            yield Found("gate_standard", "standard", (("by", gate.by),))


def _articles(draft: Draft, question: Question | None) -> Iterator[Found]:
    codes = chosen(draft.boxes.get("articles", ""))
    main = [code for code in codes if code in MAIN]
    if len(main) != 1:
        yield Found("article_main", "articles")
    local = [code for code in codes if code in LOCAL]
    if bool(local) == is_open(draft.boxes.get("local_government", "")):
        yield Found("article_local", "articles")
    if question is None:
        return
    for code in main:
        instrument, is_urgent = MAIN[code]
        if is_urgent != question.is_urgent:
            yield Found("article_urgency", "articles", (("article", code), ("urgency", _URGENCY[question.is_urgent])))
        if instrument is not question.instrument:
            yield Found("article_instrument", "articles", (("article", code), ("instrument", _INSTRUMENT[question.instrument])))
    for code in local:
        if LOCAL[code] is not question.instrument:
            yield Found("article_instrument", "articles", (("article", code), ("instrument", _INSTRUMENT[question.instrument])))
