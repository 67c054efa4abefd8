"""In which roles a person may act today: his own, and that of whoever he stands in for."""

from __future__ import annotations

from riskwarn.cases.accounts import Session
from riskwarn.cases.people import INCLUDES, find_person, stands_in_for
from riskwarn.web.desk import Desk


def rights(desk: Desk, session: Session) -> frozenset[str]:
    """What decides which forms are shown; the store asks again when something is done."""
    with desk.store.engine.connect() as con:
        absent = [find_person(con, login) for login in stands_in_for(con, session.person.login, desk.today)]
    roles = [session.person.role, *(person.role for person in absent if person is not None and person.is_active)]
    return frozenset(right for role in roles for right in INCLUDES[role])
