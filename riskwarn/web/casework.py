"""A case as the page shows it: how it stands, what may be done now, what was done, and the things that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import HTTPException

from riskwarn.cases.accounts import Session
from riskwarn.cases.attachments import MEDIA_TYPES, MOST_BYTES
from riskwarn.cases.deadlines import state_due_on
from riskwarn.cases.errors import UnknownCase
from riskwarn.cases.follow_ups import attachments_of
from riskwarn.cases.measures import measures_of
from riskwarn.cases.people import all_people
from riskwarn.cases.plans import plan_steps_of
from riskwarn.cases.reading import evidence_changes, hand_overs_of, read_case, steps_of
from riskwarn.text import Lang
from riskwarn.web.desk import Desk
from riskwarn.web.offers import HELPING, JUDGING, LABELS, LONG, Asking, Offer, choices, offers, roles_in
from riskwarn.web.papers_view import Papers, papers
from riskwarn.web.timeline import timeline

WATCHED = timedelta(weeks=4)  # until when a warning is watched, unless the person says otherwise
HISTORY = ("on", "kind", "what", "actor", "in_place_of", "from_state", "to_state", "reason", "said")


@dataclass(frozen=True)
class Said:
    """A form that was sent back: its words, the rule that refused it, and which form it was."""

    action: str = ""
    error: str = ""
    fields: dict[str, Any] | None = None

    def get(self, action: str, name: str, default: str = "") -> str:
        """What was written in a field of this form; ``default`` where it is another form, or nothing was written."""
        return str((self.fields or {}).get(name, default)) if self.action == action else default


def panel(desk: Desk, session: Session, case_id: str, lang: Lang, said: Said) -> dict[str, Any]:
    """What the templates of a case read; raises HTTPException(404) for an unknown case."""
    books, today = desk.store.books, desk.today
    with desk.store.engine.connect() as con:
        try:
            case = read_case(con, case_id)
        except UnknownCase:
            raise HTTPException(404) from None
        steps, people = steps_of(con, case_id), all_people(con)
        asking = Asking(con, books, session.person, today, lang)
        able = roles_in(asking, case)
        changes = evidence_changes(case, books.life)
        offered = offers(asking, case, able)
        if not changes:
            offered.pop("acknowledge", None)  # nothing to take note of
        found = {
            "sent": [row | {"is_ours": _is_ours(desk, session, row, offered)} for row in hand_overs_of(con, case_id)],
            "files": attachments_of(con, case_id),
            "measures": measures_of(con, case_id),
            "plan": plan_steps_of(con, case_id),
            "history": timeline(con, case_id, steps),
        }
    notices: Papers = papers(desk, session, case, able, lang)
    return found | {
        "case": case, "offers": offered, "judging": [offered[a] for a in JUDGING if a in offered],
        "helping": [offered[a] for a in HELPING if a in offered], "today": today, "choices": choices(books, session.person, people),
        "people": {person.login: person.name for person in people}, "units": books.units, "kinds": books.kinds,
        "due_on": state_due_on(case, books), "changes": changes, "said": said, "long": LONG, "labels": LABELS,
        "is_homeless": bool(said.error) and not _has_form(said, offered, found, notices, today), "papers": notices,
        "endings": ",".join(f".{ending}" for ending in MEDIA_TYPES), "most_mb": MOST_BYTES // 1024**2,
        "defaults": _defaults(session, today),
    }  # fmt: skip


def case_told(shown: dict[str, Any]) -> dict[str, Any]:
    """A case for machines, from what the page reads: how it stands, what may be done now, what was done and what belongs to it."""
    case = shown["case"]
    names = ("case_id", "state", "entered_on", "version", "colour", "unit_id", "assignee", "watch_until", "countersign_due_on", "is_gone")
    papers_of = [
        {"notice_id": one.notice.notice_id, "serial": one.notice.serial, "kind": str(one.notice.facts.kind), "state": one.notice.state,
         "title": one.title, "agency_number": one.notice.facts.agency_number, "drafted_by": one.notice.drafted_by,
         "signed_by": one.notice.facts.signed.by if one.notice.facts.signed else None, "sha256": one.notice.digest}
        for one in shown["papers"].rows
    ]  # fmt: skip
    history = [{name: getattr(one, name) for name in HISTORY} for one in shown["history"]]
    files = [
        {name: row[name] for name in ("attachment_id", "name", "media_type", "size_bytes", "sha256", "attached_by")}
        for row in shown["files"]
    ]
    return {
        "is_machine": case.warning_id is not None, "information": case.information,
        "case": {name: getattr(case, name) for name in names} | {"due_on": shown["due_on"], "changes": shown["changes"]},
        "offers": [{"action": one.action, "needs": one.needed, "hindrance": one.hindrance} for one in shown["offers"].values()],
        "history": history, "measures": shown["measures"], "plan": shown["plan"], "hand_overs": shown["sent"], "files": files,
        "notices": papers_of,
    }  # fmt: skip


def _defaults(session: Session, today: date) -> dict[str, str]:
    """What a field holds before anybody wrote in it."""
    days = {"starts": today, "happened": today, "until": today + WATCHED}
    return {"participants": session.person.name, "ends": ""} | {name: day.isoformat() for name, day in days.items()}


def _has_form(said: Said, offered: dict[str, Offer], found: dict[str, Any], notices: Papers, today: date) -> bool:
    """Whether the form that was refused still stands on the page, to show its words and the rule beside them."""
    what, *more = said.action.split(" ")
    if what in ("receive", "answer"):
        return any([str(row["hand_over_id"])] == more and row["is_ours"] and not row["answered_on"] for row in found["sent"])
    if what != "notice":
        running = [str(row["measure_id"]) for row in found["measures"] if row["ends_on"] is None or row["ends_on"] > today]
        undone = [str(row["plan_step_id"]) for row in found["plan"] if row["done_on"] is None]
        is_there = more[0] in {"end_measure": running, "plan_step": undone}.get(what, more) if more else True
        return is_there and what in offered and not offered[what].hindrance
    if more[:1] == ["draft"]:
        return notices.may_draft
    return any([str(one.notice.notice_id)] == more[1:] and more[0] in one.may and not one.hindrance for one in notices.rows)


def _is_ours(desk: Desk, session: Session, row: dict[str, Any], offered: dict[str, Any]) -> bool:
    """Receipt and answer are given by the unit that was asked, or noted down by the one that asked."""
    units = desk.store.books.units
    is_asked = row["to_unit"] in units.units and units.covers(session.person.unit_id, row["to_unit"])
    return "answer" in offered or (is_asked and session.person.role in ("officer", "supervisor"))
