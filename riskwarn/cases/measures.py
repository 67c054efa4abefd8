"""Response measures: kinds as reviewed data (measures.toml), each taken measure with scope, start, end, owner and effect on inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.errors import BadField, NotReady, UnknownEntry
from riskwarn.cases.reading import Case
from riskwarn.cases.reviewed import demand, read_reviewed
from riskwarn.cases.units import Units
from riskwarn.cases.work_tables import measure
from riskwarn.text import Lang

GOODS = ("industrial", "food")


@dataclass(frozen=True)
class Kind:
    """One kind of measure; ``goods`` says on which list it stands."""

    kind: str
    goods: tuple[str, ...]
    name_en: str
    name_zh: str
    inspection_effect_en: str
    inspection_effect_zh: str
    source: str

    def name(self, lang: Lang) -> str:
        return self.name_en if lang == "en" else self.name_zh

    def effect(self, lang: Lang) -> str:
        """What it changes for inspection at the ports, where nothing else was said."""
        return self.inspection_effect_en if lang == "en" else self.inspection_effect_zh


@cache
def load_kinds(config: Path | None = None) -> Mapping[str, Kind]:
    """The kinds in force, by kind, in the order of the file."""
    path, read = read_reviewed("measures.toml", config)
    kinds = [Kind(**{**entry, "goods": tuple(entry["goods"])}) for entry in read["measure"]]
    for kind in kinds:
        demand(bool(kind.goods) and set(kind.goods) <= set(GOODS), path, f"{kind.kind}: goods are {', '.join(GOODS)}")
        demand(bool(kind.source.strip()), path, f"{kind.kind}: no source")
    demand(len({kind.kind for kind in kinds}) == len(kinds), path, "a kind occurs twice")
    return {kind.kind: kind for kind in kinds}


def take_measure(
    con: Connection, kinds: Mapping[str, Kind], units: Units, case: Case, said: Mapping[str, Any], *, by: str, at: datetime
) -> int:
    """Takes a measure (kind, goods, scope_text, starts, ends?, owner?, inspection_effect?); returns its number."""
    goods, starts, ends = said["goods"], said["starts"], said.get("ends")
    on_list = [kind.kind for kind in kinds.values() if goods in kind.goods]
    if not on_list:
        raise BadField(field="goods", value=goods, allowed=", ".join(GOODS))
    if said["kind"] not in on_list:
        raise BadField(field="kind", value=said["kind"], allowed=", ".join(on_list))
    if ends is not None and ends < starts:
        raise BadField(field="ends", value=ends, allowed=f">= {starts}")
    owner = said.get("owner") or units.known(case.unit_id)
    if owner not in units.units:
        raise BadField(field="owner", value=owner, allowed=", ".join(units.units))
    row = {"case_id": case.case_id, "kind": said["kind"], "goods": goods, "scope": said["scope_text"], "starts_on": starts, "ends_on": ends}
    row |= {"owner": owner, "inspection_effect": said.get("inspection_effect", ""), "taken_by": by, "taken_at": at}
    return int(con.execute(sa.insert(measure).values(**row).returning(measure.c.measure_id)).scalar_one())


def end_measure(con: Connection, case_id: str, said: Mapping[str, Any], *, by: str) -> None:
    """Sets the last day of a measure of the case (measure, ends)."""
    here = (measure.c.case_id == case_id) & (measure.c.measure_id == said["measure"])
    found = con.execute(sa.select(measure).where(here)).one_or_none()
    if found is None:
        raise UnknownEntry(id=case_id, number=said["measure"])
    if said["ends"] < found.starts_on:
        raise BadField(field="ends", value=said["ends"], allowed=f">= {found.starts_on}")
    if found.ends_on is not None and found.ends_on <= said["ends"]:
        raise NotReady(what="measure_ended_before", id=case_id, number=found.measure_id, ends=found.ends_on)
    con.execute(sa.update(measure).where(here).values(ends_on=said["ends"], ended_by=by))


def measures_of(con: Connection, case_id: str) -> list[dict[str, Any]]:
    """The measures of a case, oldest first."""
    query = sa.select(measure).where(measure.c.case_id == case_id).order_by(measure.c.measure_id)
    return [dict(row) for row in con.execute(query).mappings()]
