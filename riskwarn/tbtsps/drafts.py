"""Drafts on the WTO's forms: filled from a warning and its measure, every box filled or saying that it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from riskwarn.documents import Agency, Both, safe
from riskwarn.tbtsps.routing import Agreement, Choice, Gate, Instrument, Question, Standard, Status, Way, objectives
from riskwarn.tbtsps.templates import NOT_APPLICABLE, NOT_KNOWN, NOT_STATED, WTO_LANGS, Template, WtoLang, template

MEMBER = {"en": "China", "fr": "Chine", "es": "China"}


@dataclass(frozen=True)
class MeasureFacts:
    """The measure that is notified and the published warning behind it. Texts are English; '' or None where nothing is known."""

    warning_id: str
    product: Both | None
    hs_codes: tuple[str, ...]
    origin: Both | None  # None: all origins
    reason: Both  # the warning's reason
    document_title: str  # of the notice or regulation that takes the measure
    description: str  # what it does
    starts_on: date | None
    ends_on: date | None
    agency: Agency  # that issues it
    enquiry_point: Agency
    local_government: str = ""


@dataclass(frozen=True)
class Draft:
    """One draft: the form and its version, the language of its labels, every box by key, and the question that led to it.

    ``question`` is None for an addendum, corrigendum or revision: there the symbol leads back to the notification.
    """

    form: str
    template_version: str
    language: WtoLang
    agreement: Agreement
    boxes: Mapping[str, str]
    question: Question | None = None

    @property
    def template(self) -> Template:
        return template(self.form)

    def with_box(self, key: str, value: str) -> Draft:
        """The draft with one box written anew; raises KeyError for a box that the form has not."""
        box = self.template.box(key) if key in self.template.keys else None
        if box is None:
            raise KeyError(key)
        text = safe.clean(value)
        return replace(self, boxes={**self.boxes, key: text if text else box.default[self.language]})


def blank(form: str, agreement: Agreement, language: WtoLang = "en") -> Draft:
    """A draft in which every box says that it is not known or not stated; choices are open."""
    found = template(form)
    return Draft(form, found.version, language, agreement, {box.key: box.default[language] for box in found.boxes})


def draft_measure(facts: MeasureFacts, question: Question, way: Way, language: WtoLang = "en") -> Draft:
    """A first notification on the form that ``way`` names."""
    draft = blank(way.form, way.agreement, language)
    known = {key: value for key, value in _known(facts, question, way, language).items() if key in draft.boxes and value}
    boxes = {key: safe.clean(known.get(key, said)) for key, said in draft.boxes.items()}
    return replace(draft, boxes=boxes, question=question)


def draft_follow(parent: Draft, symbol: str, form: str, boxes: Mapping[str, str]) -> Draft:
    """An addendum, corrigendum or revision of a circulated notification: what both forms ask is taken over from the first one.

    Dates and the end of the comment period are asked anew. Raises KeyError for a box that the form has not.
    """
    draft = blank(form, parent.agreement, parent.language)
    anew = {box.key for box in draft.template.boxes if box.kind == "date"} | {"description"}
    taken = {key: value for key, value in parent.boxes.items() if key in draft.boxes and key not in anew and value}
    draft = replace(draft, boxes={**draft.boxes, **taken, "symbol": symbol})
    for key, value in boxes.items():
        draft = draft.with_box(key, value)
    return draft


def as_body(draft: Draft) -> dict[str, Any]:
    """Plain values to be kept as JSON."""
    asked = draft.question
    question = asked and {
        "objective": asked.objective,
        "is_urgent": asked.is_urgent,
        "status": str(asked.status),
        "instrument": str(asked.instrument),
        "is_local": asked.is_local,
        "gate": asked.gate
        and {
            "standard": str(asked.gate.standard),
            "significant_effect": asked.gate.significant_effect,
            "by": asked.gate.by,
            "on": asked.gate.on.isoformat(),
        },
        "choice": asked.choice and {"agreements": list(asked.choice.agreements), "by": asked.choice.by},
    }
    return {
        "form": draft.form,
        "template_version": draft.template_version,
        "language": draft.language,
        "agreement": draft.agreement,
        "boxes": dict(draft.boxes),
        "question": question,
    }


def from_body(body: Mapping[str, Any]) -> Draft:
    """The draft that ``as_body`` wrote."""
    return Draft(body["form"], body["template_version"], body["language"], body["agreement"], body["boxes"], _question(body["question"]))


def _question(told: Mapping[str, Any] | None) -> Question | None:
    if told is None:
        return None
    gate, choice = told["gate"], told["choice"]
    return Question(
        told["objective"],
        told["is_urgent"],
        Status(told["status"]),
        Instrument(told["instrument"]),
        told["is_local"],
        gate and Gate(Standard(gate["standard"]), gate["significant_effect"], gate["by"], date.fromisoformat(gate["on"])),
        choice and Choice(tuple(choice["agreements"]), choice["by"]),
    )


def _known(facts: MeasureFacts, question: Question, way: Way, language: WtoLang) -> dict[str, str]:
    objective = objectives()[question.objective]
    product = facts.product.en if facts.product else ""
    starts = facts.starts_on.isoformat() if facts.starts_on else ""
    from_all = facts.origin is None
    return {
        "member": MEMBER[language],
        "local_government": facts.local_government if question.is_local else "",
        "agency": _place(facts.agency),
        "comments_agency": _place(facts.enquiry_point),
        "text_from": _place(facts.enquiry_point),
        "articles": ",".join(way.articles),
        "products": product,
        "hs_codes": ", ".join(facts.hs_codes),
        "regions_all": "all" if from_all else "",
        "regions": NOT_APPLICABLE[language] if facts.origin is None else facts.origin.en,
        "title": facts.document_title,
        "description": facts.description,
        "objective": objective.get("sps_box", ""),
        "rationale": f"{objective['en'][:1].upper()}{objective['en'][1:]}. {facts.reason.en}",
        "urgent_problem": facts.reason.en if question.is_urgent else NOT_APPLICABLE[language],
        "entry_into_force": starts,
        "adoption": starts if question.status is Status.IN_FORCE else NOT_KNOWN[language],
        "comments_until": NOT_APPLICABLE[language] if question.is_urgent else "",
        "application_period": _period(facts),
        **_standard(question.gate, language),
    }


def _standard(gate: Gate | None, language: WtoLang) -> dict[str, str]:
    """What the gate's answer says of the international standard; which one it is, a person writes."""
    if gate is None:
        return {}
    if gate.standard is Standard.NONE:
        nothing = NOT_APPLICABLE[language]
        return {"standard": "none", "conforms": "not_applicable", "standard_reference": nothing, "deviation": nothing}
    conforms = gate.standard is Standard.CONFORMS
    return {"conforms": "yes" if conforms else "no", "deviation": NOT_APPLICABLE[language] if conforms else NOT_STATED[language]}


def _period(facts: MeasureFacts) -> str:
    if facts.starts_on is None:
        return ""
    return f"From {facts.starts_on} to {facts.ends_on}" if facts.ends_on else f"From {facts.starts_on} until lifted"


def _place(agency: Agency) -> str:
    return "\n".join(part for part in (agency.name.en, agency.address.en, agency.email) if part)


def language_of(text: str) -> WtoLang:
    """One of the WTO's languages; raises ValueError for any other."""
    found = next((lang for lang in WTO_LANGS if lang == text), None)
    if found is None:
        raise ValueError(f"the WTO's languages are {', '.join(WTO_LANGS)}, not {text!r}")
    return found
