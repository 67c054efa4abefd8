"""One warning: why, who is behind it, what stands beside it, what people did; as a page, as JSON, and as the paper for the file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from markupsafe import Markup

from riskwarn.cases.accounts import Session
from riskwarn.cases.lifecycle import ACTIONS
from riskwarn.text import Lang
from riskwarn.web.beside import Beside, beside, denominator
from riskwarn.web.casework import Said, case_told, panel
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import plain
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import as_json
from riskwarn.web.records import load_patterns, record_address

details = APIRouter()
# What a page may say was recorded: an address that somebody made up says nothing.
DONE = frozenset((*ACTIONS, *(f"notice_{step}" for step in ("draft", "sign", "number", "void", "lift"))))


@dataclass(frozen=True)
class Told:
    """All that the night tells of a warning; each event has ``record_url``, where its own system can be asked, or None."""

    row: Row
    explanation: Row | None
    scenarios: list[Row]
    weeks: list[Row]
    contributors: dict[str, list[Row]]
    evidence: list[Row]
    elsewhere: list[Row]


def tell(desk: Desk, night: Night, warning_id: str) -> Told:
    row = night.row("warning", [warning_id])
    if row is None:
        raise HTTPException(404)
    behind: dict[str, list[Row]] = {}
    for one in night.rows("contributors", [warning_id]):
        behind.setdefault(one["dimension"], []).append(one)
    scenarios, weeks, evidence, elsewhere = (night.rows(query, [warning_id]) for query in ("scenarios", "weeks", "evidence", "elsewhere"))
    patterns = load_patterns(desk.settings.config)
    linked = [one | {"record_url": record_address(patterns, one["source"], one["evidence_key"])} for one in evidence]
    return Told(row, night.row("explanation", [warning_id]), scenarios, weeks, behind, linked, elsewhere)


# Before the page, whose address would take it in.
@details.get("/warnings/{warning_id}.json")
def warning_json(desk: Here, session: Who, warning_id: str) -> Response:
    """The warning with everything behind it and beside it, and its case."""
    case = case_told(panel(desk, session, warning_id, "en", Said()))
    with desk.nights.reading() as night:
        if not case["is_machine"]:
            return as_json(night.as_of, **case)
        told = tell(desk, night, warning_id)
        near = _beside(desk, night, told)
    parts = asdict(told)
    return as_json(night.as_of, warning=parts.pop("row"), **parts, beside=asdict(near), **case)


@details.get("/warnings/{warning_id}", include_in_schema=False)
def warning_page(request: Request, desk: Here, session: Who, warning_id: str) -> Response:
    return show(request, desk, session, warning_id, said=Said(request.query_params.get("do", "")))


@details.get("/warnings/{warning_id}/print", include_in_schema=False)
def warning_paper(request: Request, desk: Here, session: Who, warning_id: str) -> Response:
    """The file copy: everything unfolded, with who printed it and when."""
    return show(request, desk, session, warning_id, template="paper.html")


def show(
    request: Request, desk: Desk, session: Session, warning_id: str, status: int = 200, said: Said | None = None, template: str = ""
) -> Response:
    """The page of a case; ``said``: the form that stands open in it."""
    lang = lang_for(session, request, desk.lang)
    case: dict[str, Any] = panel(desk, session, warning_id, lang, said or Said())
    done = request.query_params.get("done", "")
    case |= {"done": done if done in DONE else "", "printed_at": desk.clock()}
    if case["case"].warning_id is None:  # raised by a person: the machine says nothing of it
        return desk.page(request, template or "case.html", session, status, told=case["case"].information, near=None, **case)
    with desk.nights.reading() as night:
        told = tell(desk, night, warning_id)
        near = _beside(desk, night, told)
        kept = {} if template else _kept(request, desk, night, session, told, lang)
    return desk.page(request, template or "warning.html", session, status, night=night.as_of, told=told, near=near, **kept, **case)


def _kept(request: Request, desk: Desk, night: Night, session: Session, told: Told, lang: Lang) -> dict[str, Markup]:
    """The parts of the page that are the same for all until the next night: drawn once a language."""
    addresses = tuple(load_patterns(desk.settings.config).items())
    about = (lang, request.scope.get("root_path", ""), told.row["warning_id"], addresses)

    def draw(name: str) -> Markup:
        divisor = denominator(told.row, told.weeks).kind
        lots = "declared" if divisor == "declared_lots" else "inspected"
        picture = [[plain(week[one]) for one in ("week", "observed", "expected", "upper", lots)] for week in told.weeks]
        return desk.piece(request, f"warning_{name}.html", session, told=told, picture=picture, divisor=divisor)

    return {name: night.piece((name, *about), partial(draw, name)) for name in ("machine", "events")}


def _beside(desk: Desk, night: Night, told: Told) -> Beside:
    return beside(desk, night, told.row, told.explanation, told.scenarios, told.weeks)
