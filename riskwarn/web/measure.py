"""One foreign measure: what was notified, whom it may hit and why, what was met of it, what we say and what became of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases import CaseStore, audit
from riskwarn.cases.accounts import Session
from riskwarn.tbtsps import notifications
from riskwarn.tbtsps.comments import EXCHANGES, MOVES, SOURCE_KINDS, Comment, extended_deadlines, of_family
from riskwarn.tbtsps.concerns import STATES, Concern, every
from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.lists import as_csv
from riskwarn.web.measures import dated, web_address
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import as_json
from riskwarn.web.rights import rights

measure = APIRouter()
MATCHES = (
    "enterprise_code", "enterprise_name", "market_country", "hs_code", "match_level", "matched_words", "score", "is_broad",
    "origin_of_entry", "barrier_count",
)  # fmt: skip
LONGEST = 20_000  # characters of a comment


@dataclass(frozen=True)
class Step:
    """What may become of a comment; ``hindered`` names what stands in the way ('' : nothing)."""

    action: str
    hindered: str


@dataclass(frozen=True)
class Told:
    """All that the page shows of a measure. ``newest``: its newest document, None where this night's deliveries hold none."""

    family: str
    can_comment: bool  # its symbol is one that comments go by
    newest: Row | None
    documents: list[Row]
    dates: Row
    matches: list[Row]
    match_count: int
    barriers: list[Row]
    warnings: list[Row]
    comments: list[Comment]
    exchanges: list[Row]
    concerns: list[Concern]
    products: dict[str, list[str]] = field(default_factory=dict)  # HS, ICS codes, objectives, keywords of the family


def address(symbol: str) -> str:
    """Where a measure has its page: a symbol holds slashes."""
    return "/measures/" + quote(symbol)


def tell(desk: Desk, night: Night, text: str) -> Told:
    """Raises HTTPException(404) for a symbol of nothing that was delivered and on which nobody could comment."""
    symbol = parse_symbol(text)
    family = symbol.family if symbol is not None else " ".join(text.split())
    documents = [
        row | {"document_url": web_address(row["document_url"]), "url": web_address(row["url"])} for row in _documents(night, family)
    ]
    if not documents and (symbol is None or symbol.member == "CHN"):
        raise HTTPException(404)
    families = _families(family, documents)
    matches = night.rows("measure_matches", [[one.upper() for one in families]])
    barriers = night.rows("measure_barriers", [[one.upper() for one in families]])
    products = {name: _all(documents, name) for name in ("hs_codes", "ics_codes", "objectives", "keywords")}
    comments, exchanges = _said(desk.store, families)
    met: dict[str, int] = {}
    for row in barriers:
        met[row["enterprise_code"]] = met.get(row["enterprise_code"], 0) + 1
    return Told(
        family=family, can_comment=symbol is not None and symbol.member != "CHN", newest=documents[0] if documents else None,
        documents=documents, dates=_dates(desk.store, families, documents, night.as_of),
        matches=[{n: v for n, v in row.items() if n != "total"} | {"barrier_count": met.get(row["enterprise_code"], 0)} for row in matches],
        match_count=matches[0]["total"] if matches else 0, barriers=barriers,
        warnings=night.rows("measure_warnings", [products["hs_codes"]]), comments=comments, exchanges=exchanges,
        concerns=[one for one in every(desk.store) if one.family in families], products=products,
    )  # fmt: skip


def _documents(night: Night, family: str) -> list[Row]:
    """Newest first; only addresses of the web stay."""
    rows = night.rows("measure_documents", [family.upper()])
    return [row | {name: web_address(row[name]) for name in ("document_url", "url")} for row in rows]


def _families(family: str, documents: Iterable[Row]) -> list[str]:
    """The family asked for, and those of the other symbols of documents that were circulated jointly."""
    found = (parse_symbol(one) for row in documents for one in (row["symbols"] or [row["symbol"]]))
    return list(dict.fromkeys([family, *(symbol.family for symbol in found if symbol is not None)]))


def _all(documents: Iterable[Row], name: str) -> list[str]:
    return list(dict.fromkeys(one for row in documents for one in (row[name] or [])))


def _dates(store: CaseStore, families: list[str], documents: list[Row], night: date) -> Row:
    """The family's days: the newest word on each; a granted extension ends the comment period instead."""
    extended = extended_deadlines(store)
    granted = max((extended[one] for one in families if one in extended), default=None)
    said = {name: max((row[name] for row in documents if row[name]), default=None) for name in _DAYS}
    closes = granted or said["comment_deadline_on"]
    days = said | {"comment_deadline_on": closes, "is_extended": granted is not None, "document_url": None}
    return dated(days, night) | {"days_left": None if closes is None else (closes - night).days}


_DAYS = ("comment_deadline_on", "adoption_on", "entry_into_force_on")


def _said(store: CaseStore, families: list[str]) -> tuple[list[Comment], list[Row]]:
    comments, exchanges = [], []
    for family in families:
        symbol = parse_symbol(family)
        if symbol is not None and symbol.member != "CHN":
            found, passed = of_family(store, family)
            comments += found
            exchanges += passed
    return comments, exchanges


# Before the page, whose address would take them in.
@measure.get("/measures/{symbol:path}.json")
def measure_json(desk: Here, session: Who, symbol: str) -> Response:
    """A foreign measure with whom it may hit, what was met of it and what we say."""
    with desk.nights.reading() as night:
        told = tell(desk, night, symbol)
    return as_json(night.as_of, **asdict(told))


@measure.get("/measures/{symbol:path}.csv")
def measure_csv(desk: Here, session: Who, symbol: str) -> Response:
    """The enterprises that it may hit, each with why."""
    with desk.nights.reading() as night:
        told = tell(desk, night, symbol)
    rows = [row | {"matched_words": "; ".join(row["matched_words"] or [])} for row in told.matches]
    return as_csv(MATCHES, rows, f"measure-{night.as_of}.csv")


@measure.get("/measures/{symbol:path}", include_in_schema=False)
def measure_page(request: Request, desk: Here, session: Who, symbol: str) -> Response:
    own = parse_symbol(symbol)
    if own is not None and own.member == "CHN":
        draft = notifications.by_symbol(desk.store, str(own))
        if draft is not None:
            return RedirectResponse(f"/drafts/{draft.notification_id}", status_code=303)
    return show(request, desk, session, symbol)


def show(
    request: Request, desk: Desk, session: Session, symbol: str, status: int = 200, error: str = "", said: dict[str, str] | None = None
) -> Response:
    """The page; ``said``: what a refused form said, ``said["form"]`` which form it was."""
    with desk.nights.reading() as night:
        told = tell(desk, night, symbol)
    roles = rights(desk, session)
    return desk.page(
        request, "measure.html", session, status, path=address(told.family), night=night.as_of, told=told, error=error,
        said=said or {}, today=desk.today,
        steps={one.comment_id: steps(one, roles, session.person.login) for one in told.comments}, trail=_trail(desk.store, told),
        may="officer" in roles, source_kinds=SOURCE_KINDS, exchange_kinds=EXCHANGES, concern_states=STATES, longest=LONGEST,
        symbols=list(dict.fromkeys([*(row["symbol"] for row in told.documents if parse_symbol(row["symbol"])), told.family])),
    )  # fmt: skip


def steps(comment: Comment, roles: frozenset[str], login: str) -> list[Step]:
    """The steps that role and state allow."""
    found = []
    for action, (needed, _to, role) in MOVES.items():
        if comment.state == needed and role in roles:
            waits = "" if action != "review" else "second person" if comment.drafted_by == login else "" if comment.text_en else "english"
            found.append(Step(action, waits))
    return found


def _trail(store: CaseStore, told: Told) -> dict[int, list[dict[str, Any]]]:
    """By comment, who did what on which day."""
    with store.engine.connect() as con:
        return {one.comment_id: audit.trail(con, f"comment {one.comment_id}") for one in told.comments}
