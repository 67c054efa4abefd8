"""Dates and periods of a draft: comment period, six months to entry into force, and what cannot be."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date

from riskwarn.documents import Both
from riskwarn.tbtsps.dates import When, comment_days, months_after, read_when
from riskwarn.tbtsps.drafts import Draft
from riskwarn.tbtsps.routing import Status
from riskwarn.tbtsps.validation_parts import Found, chosen, is_open

FLOOR, ENCOURAGED, INTERVAL_MONTHS = 60, 90, 6
_NAMES = {
    "adoption": Both("拟批准日期", "the date of adoption"),
    "publication": Both("公布日期", "the date of publication"),
    "entry_into_force": Both("生效日期", "the entry into force"),
}
_PERIOD = re.compile(
    r"comment period|final date for comments|comments?\b.{0,40}\b(?:until|by|before|within)\b.{0,20}\d|\d+\s+days\b.{0,30}comment",
    re.IGNORECASE,
)


def check(draft: Draft, circulated_on: date) -> Iterator[Found]:
    whens = {box.key: read_when(draft.boxes.get(box.key, "")) for box in draft.template.boxes if box.kind == "date"}
    for key, when in whens.items():
        if not when.is_readable and draft.boxes.get(key, "").strip():
            yield Found("unreadable_date", key, (("value", draft.boxes[key][:40]),))
    yield from _order(whens)
    yield from _comments(draft, whens.get("comments_until"), circulated_on)
    yield from _six_months(draft, whens, circulated_on)
    if draft.form == "sps_emergency":
        yield from _no_comment_period(draft)


def is_urgent(draft: Draft) -> bool:
    """Whether the problem was called urgent; a draft without its question is judged by its form and articles."""
    if draft.question is not None:
        return draft.question.is_urgent
    return draft.form == "sps_emergency" or bool({"2.10.1", "5.7.1"} & set(chosen(draft.boxes.get("articles", ""))))


def _order(whens: dict[str, When]) -> Iterator[Found]:
    days = [(key, whens[key].day) for key in ("adoption", "publication", "entry_into_force") if key in whens and whens[key].day]
    for (first, first_day), (second, second_day) in itertools.pairwise(days):
        if first_day is not None and second_day is not None and first_day > second_day:
            fields = (("first", _NAMES[first]), ("first_day", str(first_day)), ("second", _NAMES[second]), ("second_day", str(second_day)))
            yield Found("date_order", second, fields)


def _comments(draft: Draft, when: When | None, circulated_on: date) -> Iterator[Found]:
    if when is None or not when.is_readable:
        return
    days = comment_days(when, circulated_on)
    if days is None:
        if draft.form != "addendum" and not is_urgent(draft):
            yield Found("comment_period_open", "comments_until")
    elif when.day is not None and days <= 0:
        yield Found("comments_over", "comments_until", (("day", str(when.day)), ("circulated", str(circulated_on))))
    elif draft.form == "addendum" or is_urgent(draft):
        return  # an addendum may only shift the date; an urgent measure need not give sixty days
    elif days < FLOOR:
        yield Found("comment_period", "comments_until", (("days", str(days)),))
    elif days < ENCOURAGED:
        yield Found("comment_period_short", "comments_until", (("days", str(days)),))


def _six_months(draft: Draft, whens: dict[str, When], circulated_on: date) -> Iterator[Found]:
    entry = whens.get("entry_into_force")
    if entry is None or is_urgent(draft) or chosen(draft.boxes.get("trade_facilitating", "")) == ["yes"]:
        return
    if draft.question is not None and draft.question.status is Status.IN_FORCE:
        return  # late already: said by another rule
    if entry.months is not None and entry.months < INTERVAL_MONTHS:
        yield Found("six_months", "entry_into_force", (("day", draft.boxes["entry_into_force"]), ("reference", _NAMES["publication"])))
    if entry.day is None:
        return
    known = [(key, whens[key].day) for key in ("publication", "adoption") if key in whens and whens[key].day]
    name, day = (_NAMES[known[0][0]], known[0][1]) if known else (Both("散发", "circulation"), circulated_on)
    if day is not None and entry.day < months_after(day, INTERVAL_MONTHS):
        reference = Both(f"{name.zh}（{day}）", f"{name.en} ({day})")
        yield Found("six_months", "entry_into_force", (("day", str(entry.day)), ("reference", reference)))


def _no_comment_period(draft: Draft) -> Iterator[Found]:
    if not is_open(draft.boxes.get("comments_until", "")):
        yield Found("emergency_comment_period", "comments_until")
    for key in ("comments_agency", "description", "application_period"):
        if _PERIOD.search(draft.boxes.get(key, "")):
            yield Found("emergency_comment_period", key)
