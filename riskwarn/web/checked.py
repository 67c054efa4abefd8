"""What the checks of a night found: the whole suite of a source, and the Data Docs as the check stage wrote them."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from riskwarn.sources import all_sources
from riskwarn.text import Lang, translator
from riskwarn.web.aside import told_of
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import lang_for
from riskwarn.web.lists import as_csv
from riskwarn.web.night import Night, Row
from riskwarn.web.paged import as_json
from riskwarn.web.told import detail_in_words, expectations

checked = APIRouter()
CHECK_COLUMNS = (
    "source", "delivery_id", "expectation_id", "description_zh", "description_en", "severity", "level", "is_success", "unexpected_count",
    "element_count", "sample", "note",
)  # fmt: skip


def _checks(night: Night, source: str) -> list[Row]:
    rows = night.rows("all_checks", [source])
    if not rows and source not in all_sources():
        raise HTTPException(404)
    return rows


@checked.get("/data-docs/{name}", include_in_schema=False)
def data_docs(desk: Here, session: Who, name: str) -> Response:
    """A page of the Data Docs of the published night, as the check stage wrote them: no script, one stylesheet beside them."""
    with desk.nights.reading() as night:
        pages = docs_of(desk, night)
    if name not in pages or not name.endswith((".html", ".css")):
        raise HTTPException(404)
    return FileResponse(pages[name])


def docs_of(desk: Desk, night: Night) -> dict[str, Path]:
    """The pages of the night's Data Docs by name; none where its reports were cleared away."""
    folder = desk.settings.reports / night.as_of.isoformat() / "data_docs"
    return {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}


@checked.get("/sources/{source}/checks.json")
def checks_json(desk: Here, session: Who, source: str) -> Response:
    """Every expectation that was checked this night for a source and its deliveries, with what it found."""
    with desk.nights.reading() as night:
        return as_json(night.as_of, checks=_checks(night, source))


@checked.get("/sources/{source}/checks.csv")
def checks_csv(desk: Here, session: Who, source: str) -> Response:
    with desk.nights.reading() as night:
        return as_csv(CHECK_COLUMNS, _checks(night, source), f"checks-{source}-{night.as_of}.csv")


@checked.get("/sources/{source}/checks", include_in_schema=False)
def checks_page(request: Request, desk: Here, session: Who, source: str) -> Response:
    with desk.nights.reading() as night:
        checks = noted(night, source, _checks(night, source), lang_for(session, request, desk.lang))
        docs = docs_of(desk, night)
    parts: dict[str, list[Row]] = {}
    for check in checks:
        parts.setdefault(check["delivery_id"], []).append(check)
    return desk.page(request, "checks.html", session, night=night.as_of, source=source, parts=parts, docs=docs)


def noted(night: Night, source: str | None, checks: list[Row], lang: Lang) -> list[Row]:
    """Checks with what was found in the reader's language; of rows that people decided on, that they did."""
    decided = {row["delivery_id"] for row in told_of(night, "decided_rows", [source])}
    _ = translator(lang)
    noted = []
    for one in checks:
        is_decided = one["delivery_id"] in decided and not one.get("is_success")
        note = _("rows that people decided on") if is_decided else detail_in_words(one["source"], one["note"] or "", lang)
        noted.append(one | {"note": note, "is_row": _is_row(one)})
    return noted


def _is_row(check: Row) -> bool:
    found = expectations(check["source"]).get(check["expectation_id"])
    return found is not None and found.is_quarantining
