"""One row set aside: seen in its file, then corrected, released or rejected; and many alike at once. The next night takes the decision."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as File
from typing import Annotated, Any
from urllib.parse import quote

import duckdb
from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.cases.errors import CaseError, NotReady
from riskwarn.cases.people import acting
from riskwarn.cases.row_decisions import KINDS, NEEDED, Kind, Wanted, decide
from riskwarn.ingest.session import Session as Reading
from riskwarn.sources import Role, all_sources
from riskwarn.text import Lang
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.paged import as_json
from riskwarn.web.row_work import Aside, StillBad, Work, as_seen, find_aside, wanted_of, wanted_of_many
from riskwarn.web.sent import Sent, texts
from riskwarn.web.sources import Wanted as View
from riskwarn.web.sources import rows_of, show_source
from riskwarn.web.told import label, reason_in_words

row_desk = APIRouter()
Number = Annotated[int, Path(ge=1, le=10**12)]
LONGEST_CELL = 10_000


# What reads rows again, by home: its reference tables are read once for a console, and one request at a time uses it.
_ROOMS: dict[File, tuple[threading.Lock, Reading]] = {}


@contextmanager
def _working(desk: Desk) -> Iterator[Work]:
    lock, reading = _ROOMS.setdefault(desk.settings.home, (threading.Lock(), Reading(desk.settings)))
    with desk.nights.reading() as night, lock:
        try:
            yield Work(desk.settings, desk.store, night, desk.today, reading)
        except duckdb.Error:
            reading.discard()
            raise


def _find(work: Work, source: str, delivery: str, row_no: int) -> Aside:
    found = find_aside(work, source, delivery, row_no)
    if found is None:
        raise HTTPException(404)
    return found


def allowed(desk: Desk, session: Session, unit_id: str) -> tuple[Kind, ...]:
    """What this person may decide about a row of the unit; the store asks again."""
    found = []
    with desk.store.engine.connect() as con:
        for kind in KINDS:
            try:
                acting(con, desk.store.books.units, session.person.login, NEEDED[kind], unit_id, desk.today)
            except CaseError:
                continue
            found.append(kind)
    return tuple(found)


@row_desk.get("/sources/{source}/rows/{delivery}/{row_no}.json")
def row_json(desk: Here, session: Who, source: str, delivery: str, row_no: Number) -> Response:
    """A row set aside: why, what stands around it in its file (personal data masked), what people decided."""
    with _working(desk) as work:
        one = _find(work, source, delivery, row_no)
    told = vars(one.standing) if one.standing else {"state": "open"}
    around = [{"row_no": number, "cells": cells} for number, cells in sorted(one.found.rows.items())]
    found = {"unit_id": one.unit_id, "layout": one.found.layout.name, "around": around, "not_read": one.found.why}
    return as_json(work.night.as_of, row=one.row, standing=told, **found)


@row_desk.get("/sources/{source}/rows/{delivery}/{row_no}", include_in_schema=False)
def row_page(request: Request, desk: Here, session: Who, source: str, delivery: str, row_no: Number) -> Response:
    with _working(desk) as work:
        return _show(request, desk, session, work, _find(work, source, delivery, row_no))


def _show(
    request: Request, desk: Desk, session: Session, work: Work, one: Aside, refused: CaseError | None = None,
    said: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page; ``refused``: why what was written (``said``) was not kept."""
    lang = lang_for(session, request, desk.lang)
    waits = _waiting(one)
    said, source = said or waits, one.source.name
    reasons = refused.reasons if isinstance(refused, StillBad) else ()
    return desk.page(
        request, "row.html", session, 409 if refused else 200, night=work.night.as_of, one=one, row=one.row, said=said,
        kinds=allowed(desk, session, one.unit_id) if one.is_decidable else (),
        why=[reason_in_words(source, reason, lang) for reason in one.row["reasons"]],
        still=[reason_in_words(source, reason, lang) for reason in reasons],
        error=refused.text(lang) if refused and not reasons else "", units=desk.store.books.units,
        fields=_fields(one, said, reasons or (() if waits else one.row["reasons"]), lang), around=_around(one, lang),
        columns=_labels(one, lang),
    )  # fmt: skip


def _waiting(one: Aside) -> dict[str, str]:
    """The cells of a correction that waits for the night, as its form had them."""
    newest = one.standing.history[-1] if one.standing and one.standing.history else None
    if newest is None or newest["kind"] != "correct" or not one.is_decidable:
        return {}
    return {f"cell.{name}": (newest["cells"] or {}).get(name) or "" for name in one.start}


def _labels(one: Aside, lang: Lang) -> dict[str, str]:
    return {name: label(one.source.name, name, lang) for name in one.start}


def _fields(one: Aside, said: Mapping[str, str], reasons: Collection[str], lang: Lang) -> list[dict[str, Any]]:
    """The cells as a form, those that are wrong first: why stands beside its field; what is required is marked."""
    wrong: dict[str, list[str]] = {}
    for reason in reasons:
        wrong.setdefault(reason.partition(": ")[2].partition("=")[0], []).append(reason_in_words(one.source.name, reason, lang))
    columns = {column.name: column for column in one.found.layout.columns}
    fields = [
        {
            "name": name,
            "label": label(one.source.name, name, lang),
            "value": said.get(f"cell.{name}", value or ""),
            "was": value or "",
            "is_long": columns[name].role is Role.NARRATIVE and len(value or "") > 60,
            "is_required": columns[name].is_required,
            "wrong": wrong.get(name, []),
        }
        for name, value in one.start.items()
    ]
    return sorted(fields, key=lambda field: not field["wrong"])


def _around(one: Aside, lang: Lang) -> dict[str, Any]:
    """The rows around it: the key and what is wrong first, then the columns in which any of them holds something."""
    rows = sorted(one.found.rows.items())
    wrong = [reason.partition(": ")[2].partition("=")[0] for reason in one.row["reasons"]]
    held = [name for name in one.start if any(cells.get(name) for _, cells in rows)]
    names = dict.fromkeys([*(name for name in (*one.source.key, *wrong) if name in one.start), *held])
    return {"columns": [(name, label(one.source.name, name, lang), name in wrong) for name in names], "rows": rows}


@row_desk.post("/sources/{source}/rows/{delivery}/{row_no}", include_in_schema=False)
def decide_row(request: Request, desk: Here, session: Who, source: str, delivery: str, row_no: Number, sent: Sent) -> Response:
    """Keeps a decision; what is refused is told beside the form, with what was written."""
    form = texts(sent, LONGEST_CELL)
    kind = next((kind for kind in KINDS if kind == form.get("kind")), None)
    if kind is None:
        raise HTTPException(422)
    written = {name.removeprefix("cell."): value for name, value in form.items() if name.startswith("cell.")}
    with _working(desk) as work:
        one = _find(work, source, delivery, row_no)
        try:
            if form.get("hash") != one.place.content_hash:
                raise NotReady(what="row_decided_meanwhile", file=one.row["file_name"], row=row_no)
            known = {name: value for name, value in written.items() if name in one.start}
            wanted = as_seen(wanted_of(work, one, kind, known), form.get("seen", ""))
            _keep(desk, session, work, kind, [wanted], form.get("reason", ""))
        except CaseError as refused:
            return _show(request, desk, session, work, one, refused, form)
    return RedirectResponse(f"/sources/{quote(source)}/rows/{quote(delivery)}/{row_no}", status_code=303)


def _keep(desk: Desk, session: Session, work: Work, kind: Kind, wanted: list[Wanted], reason: str) -> None:
    with desk.store.writing() as con:
        decide(con, desk.store.books.units, kind, wanted, reason, by=session.person.login, at=desk.clock(), night=work.night.as_of)


@row_desk.post("/sources/{source}/decide", include_in_schema=False)
def decide_many(request: Request, desk: Here, session: Who, source: str, sent: Sent) -> Response:
    """Releases or rejects all open rows with one kind of reason in one file, with one reason."""
    form = texts(sent, LONGEST_CELL)
    known, view = all_sources().get(source), View(kind=form.get("of_kind", "")[:200], delivery=form.get("delivery", "")[:64])
    kind = next((kind for kind in KINDS if kind == form.get("kind") and kind != "correct"), None)
    if known is None or kind is None or not view.kind or not view.delivery:
        raise HTTPException(422)
    with _working(desk) as work:
        rows = rows_of(desk, work.night, source, view)
        try:
            if not rows or str(len(rows)) != form.get("count"):
                raise NotReady(what="rows_changed")
            wanted = wanted_of_many(work, known, kind, rows)
            if not wanted:
                raise NotReady(what="row_not_releasable", file=rows[0]["file_name"], row=rows[0]["row_no"])
            _keep(desk, session, work, kind, wanted, form.get("reason", ""))
        except CaseError as refused:
            error = refused.text(lang_for(session, request, desk.lang))
            return show_source(request, desk, session, source, view, 409, error, form)
    return RedirectResponse(f"/sources/{quote(source)}?state={'rejected' if kind == 'reject' else 'waiting'}#quarantine", status_code=303)
