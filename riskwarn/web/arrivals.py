"""Who comes from elsewhere: recognised by the identity provider, or by the application that the console is part of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from riskwarn.cases import CaseStore
from riskwarn.cases.accounts import Method, begin_session, refuse
from riskwarn.cases.errors import BadField, CaseError
from riskwarn.cases.people import Person, find_person, put_recognised, role_of
from riskwarn.settings import Settings


class NotKnown(Exception):
    """The person was recognised elsewhere and may not enter here; ``told`` is the message for people."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


def arrive(store: CaseStore, settings: Settings, claims: dict[str, Any], at: datetime) -> str:
    """A session for whom the provider's claims name; raises NotKnown."""
    login = claims.get(settings.oidc_login_claim)
    if not isinstance(login, str) or not 0 < len(login) <= 64 or not login.isprintable():
        refused(store, None, at, "provider", {"why": f"no {settings.oidc_login_claim}"})
        raise NotKnown("person without a login")
    try:
        with store.writing() as con:
            if settings.oidc_groups:
                _by_groups(con, store, settings, claims, login, at)
            return _enter(con, login, "provider", at)
    except (NotKnown, CaseError) as error:
        told = error.told if isinstance(error, NotKnown) else "person not known"
        refused(store, login, at, "provider", {"why": told})
        raise NotKnown(told) from error


def arrive_inside(store: CaseStore, login: str, at: datetime) -> str:
    """A session for who is signed in in the application around the console; raises NotKnown."""
    try:
        with store.writing() as con:
            return _enter(con, login, "airflow", at)
    except NotKnown as error:
        refused(store, login, at, "airflow", {"why": error.told})
        raise


def refused(store: CaseStore, login: str | None, at: datetime, method: Method, said: dict[str, Any]) -> None:
    """On record under the person's own login where it is one of ours, else as a stranger's."""
    with store.writing() as con:
        is_ours = login is not None and find_person(con, login) is not None
        refuse(con, login if is_ours else None, at, method, said if is_ours or login is None else {"login": login[:64], **said})


def _enter(con: Connection, login: str, method: Method, at: datetime) -> str:
    who = find_person(con, login)
    if who is None or not who.is_active:
        raise NotKnown("person not known")
    return begin_session(con, login, at, method)


def _by_groups(con: Connection, store: CaseStore, settings: Settings, claims: dict[str, Any], login: str, at: datetime) -> None:
    """Role and unit by the first group of ours that the person is in; whoever was set inactive here stays so."""
    found = claims.get(settings.oidc_groups_claim)
    groups = {str(one) for one in found} if isinstance(found, list) else {str(found)}
    mapped = next((said for group, said in settings.oidc_groups.items() if group in groups), None)
    if mapped is None:
        raise NotKnown("person in no group")
    role, _, unit = mapped.partition(" ")
    if unit not in store.books.units.units:
        raise BadField(field="unit", value=unit, allowed="riskwarn people units")
    old = find_person(con, login)
    name = str(claims.get("name") or (old.name if old else login))[:128]
    new = Person(login, name, unit, role_of(role), old.is_active if old else True)
    if new != old:
        put_recognised(con, store.books.units, new, at=at)
