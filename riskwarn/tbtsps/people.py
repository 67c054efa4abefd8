"""Who may do what here, by the people, units and deputies of the case store."""

from __future__ import annotations

from datetime import date

from sqlalchemy.engine import Connection

from riskwarn.cases import CaseStore
from riskwarn.cases.people import Actor, Role, acting


def require(store: CaseStore, con: Connection, login: str, role: Role, on: date, unit_id: str | None = None) -> Actor:
    """Who acts in a matter of a unit (None: of any); raises a CaseError unless ``login`` has the role, or stands in for one who has."""
    return acting(con, store.books.units, login, role, unit_id, on)
