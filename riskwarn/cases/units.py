"""Units: who answers for a warning. Trees in configuration (units.toml): headquarters, customs directly under them, subordinate ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from riskwarn.cases.reviewed import demand, read_reviewed
from riskwarn.text import Lang

Reach = Literal["national", "regional", "none"]


@dataclass(frozen=True)
class Unit:
    """One unit; ``districts`` are the customs districts it owns (four digits, or the digits they begin with)."""

    unit_id: str
    name_zh: str
    name_en: str
    kind: str
    parent: str | None
    districts: tuple[str, ...]


@dataclass(frozen=True)
class Units:
    """All units. What names a unit that is not configured (any more) is treated as the root's: nothing gets lost."""

    units: Mapping[str, Unit]
    root: str
    kinds: Mapping[str, Reach]
    share: float
    national_scopes: frozenset[str]
    by_source: Mapping[str, str]

    def known(self, unit_id: str | None) -> str:
        """The id itself, or the root's where there is no such unit."""
        return unit_id if unit_id is not None and unit_id in self.units else self.root

    def name(self, unit_id: str | None, lang: Lang) -> str:
        """For people; of a department outside the configuration, the name it was given."""
        if unit_id is not None and unit_id not in self.units:
            return unit_id
        unit = self.units[self.known(unit_id)]
        return unit.name_en if lang == "en" else unit.name_zh

    def chain(self, unit_id: str | None) -> tuple[str, ...]:
        """The unit, its parent, and so on to the top."""
        found = [self.known(unit_id)]
        while (parent := self.units[found[-1]].parent) is not None:
            found.append(parent)
        return tuple(found)

    def parent(self, unit_id: str | None) -> str | None:
        return self.units[self.known(unit_id)].parent

    def covers(self, over: str, unit_id: str | None) -> bool:
        """Whether ``over`` is the unit or stands above it."""
        return over in self.chain(unit_id)

    def may_issue(self, unit_id: str) -> Reach:
        return self.kinds[self.units[self.known(unit_id)].kind]

    def owner(self, scope: str, districts: Mapping[str, int], sources: Iterable[str]) -> str | None:
        """The unit that a new warning concerns, None where the rule names nobody.

        ``districts`` counts the warning's events by four-digit customs district, ``sources`` are those of all its events.
        """
        total = sum(districts.values())
        if scope in self.national_scopes:
            return None
        if not total:
            named = {self.by_source.get(source) for source in sources}
            return next(iter(named)) if len(named) == 1 else None
        events = self._events(districts)
        enough = [unit_id for unit_id, count in events.items() if count >= self.share * total]
        return max(enough, key=lambda u: (len(self.chain(u)), events[u], u), default=None)

    def _events(self, districts: Mapping[str, int]) -> dict[str, int]:
        """Events by unit, counted for the unit with the longest matching district and for all above it."""
        owners = {d: unit.unit_id for unit in self.units.values() for d in unit.districts}
        found: dict[str, int] = {}
        for district, count in districts.items():
            owner = max((d for d in owners if district.startswith(d)), key=len, default=None)
            for unit_id in self.chain(owners[owner]) if owner is not None else ():
                found[unit_id] = found.get(unit_id, 0) + count
        return found


@cache
def load_units(config: Path | None = None) -> Units:
    """The units in force; raises ReviewedDataError where they do not fit together."""
    path, read = read_reviewed("units.toml", config)
    kinds, rule = read["kinds"], read["rule"]
    listed = [_unit(entry) for entry in read["unit"]]
    units = {unit.unit_id: unit for unit in listed}
    demand(len(units) == len(listed), path, "a unit id occurs twice")
    demand(set(kinds.values()) <= set(get_args(Reach)), path, f"kinds issue one of {', '.join(get_args(Reach))}")
    for unit in listed:
        demand(unit.kind in kinds, path, f"{unit.unit_id}: unknown kind {unit.kind}")
        demand(unit.parent is None or unit.parent in units, path, f"{unit.unit_id}: unknown parent {unit.parent}")
        demand(all(d.isdigit() and len(d) <= 4 for d in unit.districts), path, f"{unit.unit_id}: a customs district has four digits")
        demand(not _circular(unit, units), path, f"{unit.unit_id}: stands above itself")
    owned = [d for unit in listed for d in unit.districts]
    demand(len(owned) == len(set(owned)), path, "two units own the same customs district")
    demand(read["root"] in units, path, f"unknown root {read['root']}")
    demand(set(rule["by_source"].values()) <= set(units), path, "rule.by_source names an unknown unit")
    return Units(units, read["root"], kinds, float(rule["share"]), frozenset(rule["national_scopes"]), rule["by_source"])


def _unit(entry: dict[str, Any]) -> Unit:
    fixed = {name: entry[name] for name in ("name_zh", "name_en", "kind")}
    return Unit(entry["id"], **fixed, parent=entry.get("parent"), districts=tuple(entry.get("districts", ())))


def _circular(unit: Unit, units: Mapping[str, Unit]) -> bool:
    above, met = unit.parent, set()
    while above is not None and above in units and above not in met:
        met.add(above)
        above = units[above].parent
    return unit.unit_id in met
