"""People: who may act, in which role, for which units; and who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import audit
from riskwarn.cases.errors import BadField, MissingField, OutsideUnit, RoleNeeded, UnknownPerson
from riskwarn.cases.people_tables import deputy, person
from riskwarn.cases.units import Units
from riskwarn.settings import day_of

Role = Literal["viewer", "officer", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
# A supervisor may do what an officer may. An administrator keeps the list of people and decides no case.
INCLUDES: dict[Role, frozenset[str]] = {
    "viewer": frozenset({"viewer"}),
    "officer": frozenset({"viewer", "officer"}),
    "supervisor": frozenset({"viewer", "officer", "supervisor"}),
    "administrator": frozenset({"viewer", "administrator"}),
}
SETUP = "setup"  # who adds the first administrator
PROVIDER = "provider"  # who adds or changes people by their groups at the identity provider
RESERVED = (audit.MACHINE, SETUP, PROVIDER, "unknown")  # actors on record who are no people


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    unit_id: str
    role: Role
    is_active: bool


@dataclass(frozen=True)
class Actor:
    """Who acts; ``in_place_of`` is the absent person whose right is used, if not the actor's own."""

    login: str
    unit_id: str
    in_place_of: str | None = None

    @property
    def logins(self) -> frozenset[str]:
        """Everybody who counts as having acted: a deputy is no second person beside whom he stands in for."""
        return frozenset(filter(None, (self.login, self.in_place_of)))


def role_of(text: str) -> Role:
    """A role by its name; raises BadField for anything else."""
    if text not in ROLES:
        raise BadField(field="role", value=text, allowed=", ".join(ROLES))
    return text


def find_person(con: Connection, login: str) -> Person | None:
    row = con.execute(sa.select(person).where(person.c.login == login)).one_or_none()
    return None if row is None else Person(row.login, row.name, row.unit_id, row.role, row.is_active)


def active_person(con: Connection, login: str) -> Person:
    """Raises UnknownPerson where nobody active has this login."""
    found = find_person(con, login)
    if found is None or not found.is_active:
        raise UnknownPerson(login=login)
    return found


def all_people(con: Connection) -> list[Person]:
    return [Person(r.login, r.name, r.unit_id, r.role, r.is_active) for r in con.execute(sa.select(person).order_by(person.c.login))]


def acting(con: Connection, units: Units, login: str, role: Role, unit_id: str | None, today: date) -> Actor:
    """Who acts when ``login`` does something that needs ``role`` in a matter of ``unit_id`` (None: of any unit).

    The person's own right is used where there is one, else that of somebody he stands in for on this day.
    """
    own = active_person(con, login)
    absent = [active for name in stands_in_for(con, login, today) if (active := find_person(con, name)) is not None and active.is_active]
    able = [p for p in (own, *absent) if role in INCLUDES[p.role]]
    if not able:
        raise RoleNeeded(login=login, role=role)
    for candidate in able:
        if unit_id is None or units.covers(units.known(candidate.unit_id), unit_id):
            return Actor(login, candidate.unit_id, None if candidate is own else candidate.login)
    raise OutsideUnit(login=login, unit=units.known(unit_id))


def stands_in_for(con: Connection, login: str, today: date) -> Sequence[str]:
    """Logins of the absent people for whom somebody is deputy on a day."""
    period = (deputy.c.from_on <= today) & (deputy.c.until_on >= today)
    return con.execute(sa.select(deputy.c.login).where(period, deputy.c.deputy_login == login).order_by(deputy.c.deputy_id)).scalars().all()


def put_person(con: Connection, units: Units, new: Person, *, by: str, at: datetime) -> None:
    """Adds a person or changes one (by an administrator; the first person of all must be one and needs nobody)."""
    _demand_fields(units, new)
    is_first = con.execute(sa.select(sa.func.count()).select_from(person)).scalar_one() == 0
    is_setup = is_first and new.role == "administrator"
    if not (is_setup or by.strip()):
        raise MissingField(field="by", action="add")
    _put(con, new, actor=SETUP if is_setup else acting(con, units, by, "administrator", None, day_of(at)).login, at=at)


def put_recognised(con: Connection, units: Units, new: Person, *, at: datetime) -> None:
    """Adds or changes a person as the identity provider says, which the authority told to do so."""
    _demand_fields(units, new)
    _put(con, new, actor=PROVIDER, at=at)


def _demand_fields(units: Units, new: Person) -> None:
    for name in ("login", "name"):
        if not getattr(new, name).strip():
            raise MissingField(field=name, action="add")
    if new.login in RESERVED or not new.login.replace("-", "").replace("_", "").replace(".", "").replace("@", "").isalnum():
        raise BadField(field="login", value=new.login, allowed="letters, digits, - _ . @")
    if len(new.login) > 64 or len(new.name) > 128:
        raise BadField(field="login" if len(new.login) > 64 else "name", value="...", allowed="<= 64, <= 128")
    if new.unit_id not in units.units:
        raise BadField(field="unit", value=new.unit_id, allowed=", ".join(units.units))


def _put(con: Connection, new: Person, *, actor: str, at: datetime) -> None:
    old = find_person(con, new.login)
    _refuse_to_lock_out(con, old, new)
    if old is None:
        con.execute(sa.insert(person).values(**asdict(new), added_at=at))
    else:
        con.execute(sa.update(person).where(person.c.login == new.login).values(**asdict(new)))
    before = {} if old is None else asdict(old)
    subject, action = f"person {new.login}", "add" if old is None else "change"
    audit.record(con, at=at, actor=actor, subject=subject, action=action, before=before, after=asdict(new), night=None)


def _refuse_to_lock_out(con: Connection, old: Person | None, new: Person) -> None:
    """The last active administrator stays one."""
    if old is None or old.role != "administrator" or (new.role == "administrator" and new.is_active):
        return
    others = (person.c.role == "administrator") & person.c.is_active & (person.c.login != new.login)
    if con.execute(sa.select(sa.func.count()).select_from(person).where(others)).scalar_one() == 0:
        raise BadField(field="role", value=new.role, allowed="administrator")


def put_deputy(
    con: Connection, units: Units, login: str, deputy_login: str, period: tuple[date, date], *, reason: str, by: str, at: datetime
) -> None:
    """Somebody stands in for another from one day to another; set by the absent person, or by an administrator."""
    for name in (login, deputy_login):
        active_person(con, name)
    if by != login:
        acting(con, units, by, "administrator", None, day_of(at))
    if login == deputy_login:
        raise BadField(field="deputy", value=deputy_login, allowed="somebody else")
    if period[0] > period[1]:
        raise BadField(field="until", value=period[1], allowed=f">= {period[0]}")
    if not reason.strip():
        raise MissingField(field="reason", action="deputy")
    row = {"login": login, "deputy_login": deputy_login, "from_on": period[0], "until_on": period[1], "reason": reason.strip()}
    con.execute(sa.insert(deputy).values(**row))
    audit.record(con, at=at, actor=by, subject=f"person {login}", action="deputy", before={}, after=row, night=None)


def deputies_on(con: Connection, today: date) -> dict[str, list[str]]:
    """By absent person, who stands in on a day."""
    found: dict[str, list[str]] = {}
    for row in con.execute(sa.select(deputy).where(deputy.c.from_on <= today, deputy.c.until_on >= today).order_by(deputy.c.deputy_id)):
        found.setdefault(row.login, []).append(row.deputy_login)
    return found
