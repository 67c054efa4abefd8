"""Rows set aside and what became of them: what people decided (the case store) beside what nights made of it (the published night)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from riskwarn.cases import CaseStore
from riskwarn.cases.people import all_people
from riskwarn.cases.row_decisions import decisions_of
from riskwarn.web.night import Night, Row

Place = tuple[str, int]  # delivery and row number
STATES = ("open", "waiting", "applied", "again", "rejected")


@dataclass(frozen=True)
class Standing:
    """What became of a row. ``state``: waiting (for the next night), applied (in ``taken_on``), again (set aside again by it, at
    ``place``) or rejected; ``history``: every decision on it, oldest first.
    """

    state: str
    kind: str
    by: str
    on: date
    reason: str
    decision_id: str
    taken_on: date | None = None
    outcome: str = ""
    place: Place | None = None
    history: tuple[Mapping[str, Any], ...] = ()


def standings(store: CaseStore, night: Night, source: str) -> dict[Place, Standing]:
    """By place, what became of the rows of a source that people decided on; the others are open."""
    with store.engine.connect() as con:
        decisions = decisions_of(con, source)
        names = {person.login: person.name for person in all_people(con)}
    by_place: dict[Place, list[Mapping[str, Any]]] = {}
    for one in decisions:
        by_place.setdefault((one["delivery_id"], int(one["row_no"])), []).append(
            {**one, "name": names.get(one["decided_by"], one["decided_by"])}
        )
    taken = {(row["of_delivery_id"], int(row["of_row_no"])): row for row in told_of(night, "decided_rows", [source])}
    found = {place: _standing(history, taken.get(place)) for place, history in by_place.items()}
    # A case store that was lost and made anew knows nothing of what nights have taken.
    return found | {place: _forgotten(row) for place, row in taken.items() if place not in found}


def _standing(history: list[Mapping[str, Any]], taken: Row | None) -> Standing:
    stands = history[-1]
    if taken is not None:
        stands = next((one for one in history if one["decision_id"] == taken["decision_id"]), stands)
    said = {"kind": stands["kind"], "by": stands["name"], "on": stands["decided_on"], "reason": stands["reason"]}
    said |= {"decision_id": history[-1]["decision_id"], "history": tuple(history)}
    if taken is None:
        return Standing(state="rejected" if stands["kind"] == "reject" else "waiting", **said)
    return Standing(state=_applied(taken), taken_on=taken["taken_on"], outcome=taken["decision_outcome"], place=_place(taken), **said)


def _forgotten(taken: Row) -> Standing:
    said = {"kind": taken["decision_kind"], "by": "", "on": taken["decided_on"], "reason": "", "decision_id": taken["decision_id"]}
    return Standing(state=_applied(taken), taken_on=taken["taken_on"], outcome=taken["decision_outcome"], place=_place(taken), **said)


def _applied(taken: Row) -> str:
    return "again" if taken["decision_outcome"] == "quarantined" else "applied"


def _place(taken: Row) -> Place:
    return taken["delivery_id"], int(taken["row_no"])


def told_of(night: Night, query: str, values: list[object]) -> list[Row]:
    """The rows of a query on what nights published before this version do not hold: none there."""
    try:
        return night.rows(query, values)
    except duckdb.CatalogException:
        return []


def places(found: Mapping[Place, Standing], state: str = "") -> list[str]:
    """The places as the queries name them; of one state, or all that people decided on."""
    return sorted(f"{delivery}|{row}" for (delivery, row), one in found.items() if state in ("", one.state))


def open_counts(store: CaseStore, night: Night, sources: list[str]) -> dict[str, int]:
    """By source, how many of the rows set aside that the night lists nobody has decided on."""
    decided = [f"{source}|{place}" for source in sources for place in places(standings(store, night, source))]
    return {row["source"]: row["open_count"] for row in night.rows("quarantine_open", [decided])}
