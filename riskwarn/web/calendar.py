"""The calendar of days on measures: foreign ones that may hit exporters, and our own drafts and notifications."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from riskwarn.notify.feeds import as_ical
from riskwarn.notify.items import Item
from riskwarn.tbtsps import notifications
from riskwarn.tbtsps.comments import extended_deadlines
from riskwarn.tbtsps.due import days_ahead
from riskwarn.text import LANGS, translator
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import as_csv
from riskwarn.web.measure import address
from riskwarn.web.months import Month, month_of
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import as_json
from riskwarn.workdays import COMMENT_LEAD, workdays_before

calendar = APIRouter()
COLUMNS = ("day", "what", "is_own", "symbol", "title", "country", "enterprise_count", "barrier_count", "address")
LONGEST_LEAD = 45  # days: more than COMMENT_LEAD working days ever take, Spring Festival in between
AHEAD = 365  # days that the file for other calendars reaches


class Wanted(BaseModel):
    """Which days a person wants to see; every part is in the address."""

    model_config = ConfigDict(frozen=True)

    month: str = Field(default="", max_length=7, pattern=r"^(\d{4}-\d\d)?$", description="YYYY-MM; this month where empty")
    enterprise: str = Field(default="", max_length=100, description="code or words of the name")
    everything: bool = Field(default=False, description="also measures that match no exporter")


View = Annotated[Wanted, Query()]


@dataclass(frozen=True, order=True)
class Day:
    """One thing of one day. ``what``: inside (comments must be here), comments_until, adoption, publication, entry_into_force,
    effective_on, circulate_by, circulate_now."""

    day: date
    what: str
    is_own: bool
    symbol: str
    title: str
    country: str
    enterprise_count: int
    barrier_count: int
    address: str


def days_of(desk: Desk, night: Night, view: Wanted, first: date, last: date) -> list[Day]:
    """Everything between two days, in order; what must be here before what ends."""
    granted = extended_deadlines(desk.store)
    values = [first, last, list(granted), list(granted.values()), view.everything, view.enterprise.strip() or None, LONGEST_LEAD]
    found = [one for row in night.rows("calendar_measures", values) for one in _foreign(row)]
    if not view.enterprise.strip():
        found += _own(desk)
    return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, ORDER.index(one.what), one.symbol))


ORDER = ("inside", "circulate_now", "circulate_by", "comments_until", "adoption", "publication", "entry_into_force", "effective_on")


def _foreign(row: Row) -> list[Day]:
    closes = row["comment_deadline_on"]
    days = {
        "inside": workdays_before(closes, COMMENT_LEAD) if closes else None, "comments_until": closes, "adoption": row["adoption_on"],
        "entry_into_force": row["entry_into_force_on"],
    }  # fmt: skip
    counts = (row["enterprise_count"], row["barrier_count"])
    told = (row["symbol"], row["title"] or "", row["notifying_country"], *counts, address(row["family"]))
    return [Day(day, what, False, *told) for what, day in days.items() if day is not None]


def _own(desk: Desk) -> list[Day]:
    begun = notifications.begun(desk.store)
    return [
        Day(due.day, due.what, True, one.symbol or one.serial, one.draft.boxes.get("title", ""), "CN", 0, 0, where)
        for one in notifications.every(desk.store)
        for where in (f"/drafts/{one.notification_id}",)
        for due in days_ahead(one.draft, one.state, begun.get(one.notification_id, desk.today), one.circulated_on)
    ]


def _month(desk: Desk, view: Wanted) -> Month:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", view.month)
    if found is None or not 1970 <= int(found[1]) <= 2200:
        return month_of(desk.today)
    return month_of(date(int(found[1]), int(found[2]), 1))


@calendar.get("/calendar.json")
def calendar_json(desk: Here, session: Who, view: View) -> Response:
    """The days of a month."""
    month = _month(desk, view)
    with desk.nights.reading() as night:
        days = days_of(desk, night, view, month.first, month.last)
    return as_json(night.as_of, month=month.name, days=[asdict(one) for one in days])


@calendar.get("/calendar.csv")
def calendar_csv(desk: Here, session: Who, view: View) -> Response:
    """The same for a spreadsheet."""
    month = _month(desk, view)
    with desk.nights.reading() as night:
        days = days_of(desk, night, view, month.first, month.last)
    return as_csv(COLUMNS, [asdict(one) for one in days], f"calendar-{month.name}.csv")


@calendar.get("/calendar.ics", include_in_schema=False)
def calendar_file(request: Request, desk: Here, session: Who, view: View) -> Response:
    """The days from today on for a year, for other calendars (iCalendar)."""
    lang = lang_for(session, request, desk.lang)
    with desk.nights.reading() as night:
        days = days_of(desk, night, view, desk.today, desk.today + timedelta(days=AHEAD))
    content = as_ical([_item(one) for one in days], night.as_of, lang)
    return Response(
        content, media_type="text/calendar; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="measures.ics"'}
    )


def _item(one: Day) -> Item:
    titles: dict[str, str] = {lang: f"{translator(lang)('calendar ' + one.what)} {one.symbol}" for lang in LANGS}
    bodies: dict[str, str] = dict.fromkeys(LANGS, one.title[:500])
    return Item("measures", f"{one.symbol}:{one.what}", one.day.isoformat(), titles, bodies, due_on=one.day)


@calendar.get("/calendar", include_in_schema=False)
def calendar_page(request: Request, desk: Here, session: Who, view: View) -> Response:
    month = _month(desk, view)
    with desk.nights.reading() as night:
        days = days_of(desk, night, view, month.first, month.last)
    by_day: dict[date, list[Day]] = {}
    for one in days:
        by_day.setdefault(one.day, []).append(one)
    return desk.page(
        request, "calendar.html", session, night=night.as_of, month=month, by_day=by_day, view=view, today=desk.today, count=len(days),
        lead=COMMENT_LEAD,
    )  # fmt: skip
