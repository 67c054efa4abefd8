"""Who may do what here: people of the case store and, while they are absent, their deputies."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.people_tables import deputy, person
from riskwarn.tbtsps.refusals import Refusal

# Who has a role has those before it too; an administrator manages people and decides nothing here.
_HELD = {"officer": ("officer", "supervisor"), "supervisor": ("supervisor",)}


def require(con: Connection, login: str, role: str, on: date) -> None:
    """Raises Refusal unless ``login`` is active and has the role, or stands in for somebody who has."""
    logins = sa.select(deputy.c.login).where(deputy.c.deputy_login == login, deputy.c.from_on <= on, deputy.c.until_on >= on)
    found = con.execute(
        sa.select(person.c.login, person.c.role, person.c.is_active).where((person.c.login == login) | person.c.login.in_(logins))
    )
    roles = {row.login: row.role for row in found if row.is_active}
    if login not in roles:
        raise Refusal("person", login=login)
    if not set(roles.values()) & set(_HELD[role]):
        raise Refusal("role", role=role, login=login)
