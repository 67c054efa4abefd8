"""Made-up measures and drafts for tests of the WTO's forms."""

from __future__ import annotations

from typing import Any

from documents_data import AGENCIES, DAY, WARNING

from riskwarn.tbtsps.drafts import Draft, MeasureFacts, draft_follow, draft_measure
from riskwarn.tbtsps.routing import Choice, Gate, Question, Standard, Status, recommend

GATE = Gate(Standard.NONE, significant_effect=True, by="Wang", on=DAY)
FACTS = MeasureFacts(
    warning_id="E8e4dce2f7561",
    product=WARNING.product,
    hs_codes=("1207", "1202"),
    origin=WARNING.origin,
    reason=WARNING.reason,
    document_title="Closer inspection of nuts from India",
    description="Every lot is sampled; lots above the limit are returned.",
    starts_on=None,
    ends_on=None,
    agency=AGENCIES.get("gacc"),
    enquiry_point=AGENCIES.of_role("enquiry_point_SPS"),
)


def question(**changes: Any) -> Question:
    asked: dict[str, Any] = {"objective": "pesticide_residues", "is_urgent": False, "status": Status.DRAFT, "gate": GATE, **changes}
    return Question(**asked)


def draft(way: int = 0, boxes: dict[str, str] | None = None, facts: MeasureFacts = FACTS, **changes: Any) -> Draft:
    """The draft that routing leads to, with some boxes written by hand."""
    asked = question(**changes)
    made = draft_measure(facts, asked, recommend(asked).ways[way])
    for key, value in (boxes or {}).items():
        made = made.with_box(key, value)
    return made


def tbt(boxes: dict[str, str] | None = None, **changes: Any) -> Draft:
    return draft(boxes=boxes, objective="product_safety", **changes)


def both_ways() -> Question:
    return question(objective="food_contact", choice=Choice(("SPS", "TBT"), "Wang"))


def addendum(kind: str = "withdrawn", symbol: str = "G/SPS/N/CHN/1234", on: str = "2026-11-22") -> Draft:
    """An addendum to the emergency measure on nuts."""
    return draft_follow(draft(is_urgent=True), symbol, "addendum", {"addendum_kind": kind, "description": "Lifted.", "effective_on": on})
