"""The days that a draft or a notification of ours has ahead of it, as its boxes say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from riskwarn.tbtsps.dates import When, read_when
from riskwarn.tbtsps.drafts import Draft
from riskwarn.tbtsps.routing import Status
from riskwarn.tbtsps.validation_dates import FLOOR, is_urgent
from riskwarn.tbtsps.validation_routing import FIRST_FORMS

BEFORE_CIRCULATION = ("draft", "legal_review", "approved", "handed_over")
OVER = ("in_force", "withdrawn")  # nothing is due any more
_SAID = ("adoption", "publication", "entry_into_force", "effective_on")


@dataclass(frozen=True, order=True)
class DueDay:
    """``what``: circulate_now (urgent, or in force already), circulate_by (the last day that leaves sixty days for comments before the
    period ends, or before the adoption), comments_until, adoption, publication, entry_into_force, effective_on."""

    day: date
    what: str


def days_ahead(draft: Draft, state: str, made_on: date, circulated_on: date | None) -> tuple[DueDay, ...]:
    """Every day that a draft names or that follows from it, in order; ``made_on`` is the day on which it was begun."""
    if state in OVER:
        return ()
    whens = {box.key: read_when(draft.boxes.get(box.key, "")) for box in draft.template.boxes if box.kind == "date"}
    found = [DueDay(when.day, key) for key in _SAID if (when := whens.get(key)) is not None and when.day is not None]
    ends = _comments_end(whens.get("comments_until"), circulated_on)
    if ends is not None:
        found.append(DueDay(ends, "comments_until"))
    if state in BEFORE_CIRCULATION and draft.form in FIRST_FORMS:
        found += _circulation(draft, whens, made_on)
    return tuple(sorted(found))


def due_next(draft: Draft, state: str, made_on: date, circulated_on: date | None, today: date) -> DueDay | None:
    """What is to be done first: before circulation the circulation itself, however late it is; after it the next day that comes."""
    days = days_ahead(draft, state, made_on, circulated_on)
    circulation = next((one for one in days if one.what.startswith("circulate")), None)
    return circulation or next((one for one in days if one.day >= today), None)


def _comments_end(when: When | None, circulated_on: date | None) -> date | None:
    if when is None:
        return None
    if when.day is not None:
        return when.day
    return circulated_on + timedelta(days=when.days) if when.days is not None and circulated_on is not None else None


def _circulation(draft: Draft, whens: dict[str, When], made_on: date) -> list[DueDay]:
    is_late = draft.question is not None and draft.question.status is Status.IN_FORCE
    if is_late or is_urgent(draft):
        return [DueDay(made_on, "circulate_now")]
    said = [when.day for key in ("comments_until", "adoption") if (when := whens.get(key)) is not None and when.day is not None]
    return [DueDay(min(said) - timedelta(days=FLOOR), "circulate_by")] if said else []
