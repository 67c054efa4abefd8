"""People of the synthetic country who may sign in to its console: one for each part of a warning's way."""

from __future__ import annotations

import secrets
from datetime import datetime

from riskwarn.cases import open_store
from riskwarn.cases.accounts import set_password
from riskwarn.cases.people import Person, Role, put_person
from riskwarn.settings import Settings

STAFF: tuple[tuple[str, str, Role], ...] = (
    ("admin", "管理员", "administrator"),
    ("li", "李明", "officer"),
    ("wang", "王芳", "supervisor"),
    ("zhou", "周强", "supervisor"),
    ("guest", "访客", "viewer"),
)


def employ(settings: Settings, at: datetime) -> str:
    """Adds the people to a demo's own case store, all with one password of this run, which is returned."""
    own = settings.model_copy(update={"cases_url": None})
    password = secrets.token_urlsafe(12)
    with open_store(own) as store, store.writing() as con:
        for login, name, role in STAFF:
            put_person(con, store.books.units, Person(login, name, store.books.units.root, role, True), by="admin", at=at)
            set_password(con, login, password, by="admin", at=at, must_change=False)
    return password
