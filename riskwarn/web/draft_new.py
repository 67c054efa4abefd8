"""A new draft: the questions that decide which way a measure goes to the WTO, the recommendation with every reason, then the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.cases.case_tables import case_file
from riskwarn.cases.errors import CaseError
from riskwarn.cases.reading import read_case
from riskwarn.cases.work_tables import measure
from riskwarn.notices.measures import measure_facts
from riskwarn.tbtsps.drafts import draft_measure, language_of
from riskwarn.tbtsps.notifications import Notification, create
from riskwarn.tbtsps.refusals import Refusal
from riskwarn.tbtsps.routing import (
    Agreement,
    Choice,
    Gate,
    Instrument,
    Question,
    Recommendation,
    Standard,
    Status,
    objectives,
    proposed_objective,
    recommend,
)
from riskwarn.tbtsps.templates import WTO_LANGS
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.draft_view import Words
from riskwarn.web.guard import lang_for
from riskwarn.web.rights import rights
from riskwarn.web.sent import Sent

draft_new = APIRouter(include_in_schema=False)
AGREEMENTS: tuple[Agreement, ...] = ("SPS", "TBT")
MOST_CASES = 100


@dataclass(frozen=True)
class Behind:
    """The case that a draft is to be made of."""

    case_id: str
    subject: str
    colour: str
    measures: int
    objective: str | None  # what its hazard most often means


@draft_new.get("/drafts/new")
def new_page(request: Request, desk: Here, session: Who, warning: str = "") -> Response:
    return _show(request, desk, session, warning.strip()[:32], {})


@draft_new.post("/drafts/new")
def new(request: Request, desk: Here, session: Who, form: Sent) -> Response:
    """Recommends a way, or begins the draft or drafts that it leads to."""
    said = {name: value.strip()[:300] for name, value in form.items() if isinstance(value, str)}
    said["agreements"] = ",".join(str(one) for one in form.getlist("agreement"))
    warning = said.get("warning", "")[:32]
    try:
        asked = question_of(said, desk, session)
        found = recommend(asked)
        if said.get("do") != "draft":
            return _show(request, desk, session, warning, said, found=found)
        made = begin(desk, warning, asked, found, said, session.person.login)
    except CaseError as error:
        return _show(request, desk, session, warning, said, 409, error.text(lang_for(session, request, desk.lang)))
    if not made:  # no way yet: the reasons say what is missing
        return _show(request, desk, session, warning, said, found=found)
    return RedirectResponse(f"/drafts/{made[0].notification_id}" if len(made) == 1 else "/drafts", status_code=303)


def question_of(said: Mapping[str, str], desk: Desk, session: Session) -> Question:
    """The answers as routing takes them; whoever is signed in answers for them. Raises Refusal for what is no answer."""
    if said.get("objective", "") not in objectives():
        raise Refusal("choice", value=said.get("objective", "")[:40], choices=", ".join(objectives()))
    standard, effect = said.get("standard", ""), said.get("effect", "")
    if standard and standard not in list(Standard):
        raise Refusal("choice", value=standard[:40], choices=", ".join(Standard))
    if bool(standard) != (effect in ("yes", "no")):
        raise Refusal("field", field="standard" if not standard else "effect")
    by = session.person.login
    wanted = tuple(one for one in AGREEMENTS if one in said.get("agreements", "").split(","))
    return Question(
        said["objective"],
        said.get("urgent") == "yes",
        Status.IN_FORCE if said.get("in_force") == "yes" else Status.DRAFT,
        Instrument.PROCEDURE if said.get("instrument") == Instrument.PROCEDURE else Instrument.REGULATION,
        bool(said.get("local")),
        Gate(Standard(standard), effect == "yes", by, desk.today) if standard else None,
        Choice(wanted, by) if wanted else None,
    )


def begin(desk: Desk, case_id: str, asked: Question, found: Recommendation, said: Mapping[str, str], by: str) -> list[Notification]:
    """One draft a way; raises a CaseError where the case has no measure, or the person may not."""
    try:
        language = language_of(said.get("language", "en"))
    except ValueError:
        raise Refusal("choice", value=said.get("language", "")[:40], choices=", ".join(WTO_LANGS)) from None
    made = []
    for way in found.ways:
        facts = measure_facts(desk.settings, desk.store, case_id, way.agreement, desk.today)
        draft = draft_measure(replace(facts, local_government=said.get("local", "")), asked, way, language)
        made.append(create(desk.store, draft, by=by, at=desk.clock(), case_id=case_id))
    return made


def _show(
    request: Request, desk: Desk, session: Session, warning: str, said: Mapping[str, Any], status: int = 200, error: str = "",
    found: Recommendation | None = None,
) -> Response:  # fmt: skip
    lang = lang_for(session, request, desk.lang)
    behind = _behind(desk, warning, lang) if warning else None
    missing = bool(warning) and behind is None
    return desk.page(
        request, "draft_new.html", session, 404 if missing and status == 200 else status, warning=warning, behind=behind, error=error,
        said=said, found=found, objectives=objectives(), languages=WTO_LANGS, standards=tuple(Standard), agreements=AGREEMENTS,
        may="officer" in rights(desk, session), words=Words(lang), cases=[] if behind else _with_measures(desk, lang),
    )  # fmt: skip


def _behind(desk: Desk, case_id: str, lang: str) -> Behind | None:
    with desk.store.engine.connect() as con:
        try:
            case = read_case(con, case_id)
        except CaseError:
            return None
        count = con.execute(sa.select(sa.func.count()).where(measure.c.case_id == case_id)).scalar_one()
    hazard = None
    if case.warning_id is not None:
        with desk.nights.reading() as night:
            row = night.row("warning", [case_id])
        hazard = row and row["hazard_category"]
    return Behind(case_id, case.reason(lang), case.colour, count, proposed_objective(hazard) if hazard else None)


def _with_measures(desk: Desk, lang: str) -> list[Behind]:
    """Cases with a measure, of which alone a draft can be made; those whose measure is newest first."""
    query = (
        sa.select(measure.c.case_id, sa.func.count().label("count"))
        .join(case_file, case_file.c.case_id == measure.c.case_id)
        .group_by(measure.c.case_id)
        .order_by(sa.func.max(measure.c.measure_id).desc())
        .limit(MOST_CASES)
    )
    with desk.store.engine.connect() as con:
        cases = [(read_case(con, row.case_id), int(row[1])) for row in con.execute(query).all()]
    return [Behind(case.case_id, case.reason(lang), case.colour, count, None) for case, count in cases]
