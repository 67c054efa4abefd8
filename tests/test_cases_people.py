"""People: roles, units, deputies; who may do what."""

from __future__ import annotations

from datetime import date

import pytest
from case_stores import AT, STAFF, act, chain, hire, opened

from riskwarn.cases import CaseStore
from riskwarn.cases.errors import BadField, CaseError, MissingField, OutsideUnit, RoleNeeded, SecondPersonNeeded, UnknownPerson
from riskwarn.cases.people import Person, acting, all_people, put_deputy, put_person, role_of

TODAY = AT.date()


def put(store: CaseStore, login: str, role: str = "officer", unit: str = "gacc", by: str = "admin", is_active: bool = True) -> None:
    with store.writing() as con:
        put_person(con, store.books.units, Person(login, "name", unit, role_of(role), is_active), by=by, at=AT)


def stand_in(
    store: CaseStore, login: str, deputy: str, first: date = TODAY, last: date = TODAY, by: str = "admin", reason: str = "ill"
) -> None:
    with store.writing() as con:
        put_deputy(con, store.books.units, login, deputy, (first, last), reason=reason, by=by, at=AT)


def may(store: CaseStore, login: str, role: str, unit: str | None, today: date = TODAY) -> str | None:
    with store.engine.connect() as con:
        return acting(con, store.books.units, login, role_of(role), unit, today).in_place_of


def test_the_first_person_is_an_administrator_and_adds_the_others(store: CaseStore) -> None:
    with pytest.raises(MissingField):
        put(store, "li", "officer", by="")
    with pytest.raises(UnknownPerson):
        put(store, "li", "officer", by="li")
    put(store, "admin", "administrator", by="")
    with pytest.raises(MissingField):
        put(store, "second", "administrator", by="")
    put(store, "li")
    with pytest.raises(RoleNeeded):
        put(store, "wang", by="li")
    put(store, "li", "supervisor", "shanghai")
    with store.engine.connect() as con:
        assert [(p.login, p.role, p.unit_id) for p in all_people(con)] == [
            ("admin", "administrator", "gacc"),
            ("li", "supervisor", "shanghai"),
        ]
    assert chain(store) == []


@pytest.mark.parametrize(
    ("login", "role", "unit", "refusal"),
    [
        ("", "officer", "gacc", MissingField),
        ("machine", "officer", "gacc", BadField),
        ("a b", "officer", "gacc", BadField),
        ("li", "king", "gacc", BadField),
        ("li", "officer", "atlantis", BadField),
    ],
)
def test_a_person_needs_a_name_a_role_and_a_unit(store: CaseStore, login: str, role: str, unit: str, refusal: type[CaseError]) -> None:
    hire(store)
    with pytest.raises(refusal):
        put(store, login, role, unit)


def test_the_last_administrator_stays(store: CaseStore) -> None:
    hire(store)
    for role, is_active in (("officer", True), ("administrator", False)):
        with pytest.raises(BadField):
            put(store, "admin", role, is_active=is_active)
    put(store, "second", "administrator")
    put(store, "admin", "officer", by="second")


def test_rights_are_role_and_unit(store: CaseStore) -> None:
    hire(store)
    assert may(store, "shanghai", "officer", "shanghai_yangshan") is None  # of a unit below
    assert may(store, "hq_head", "supervisor", "shanghai_yangshan") is None
    for login, role, unit, refusal in (
        ("yangshan", "officer", "shanghai", OutsideUnit),  # of the unit above
        ("shenzhen", "officer", "shanghai", OutsideUnit),
        ("samr", "officer", "gacc", OutsideUnit),
        ("shanghai", "supervisor", "shanghai", RoleNeeded),
        ("reader", "officer", "gacc", RoleNeeded),
        ("admin", "officer", "gacc", RoleNeeded),  # keeps the list of people, decides no case
        ("nobody", "viewer", None, UnknownPerson),
    ):
        with pytest.raises(refusal):
            may(store, login, role, unit)
    put(store, "shanghai", is_active=False, unit="shanghai")
    with pytest.raises(UnknownPerson):
        may(store, "shanghai", "officer", "shanghai")


def test_a_deputy_has_the_absent_persons_rights_on_those_days_only(store: CaseStore) -> None:
    hire(store)
    stand_in(store, "shanghai_head", "shenzhen", date(2026, 11, 20), date(2026, 11, 22), by="shanghai_head")
    assert may(store, "shenzhen", "supervisor", "shanghai", date(2026, 11, 22)) == "shanghai_head"
    assert may(store, "shenzhen", "officer", "shenzhen", date(2026, 11, 22)) is None  # the own right comes first
    for day in (date(2026, 11, 19), date(2026, 11, 23)):
        with pytest.raises(RoleNeeded):
            may(store, "shenzhen", "supervisor", "shanghai", day)
    put(store, "shanghai_head", "supervisor", "shanghai", is_active=False)
    with pytest.raises(RoleNeeded):
        may(store, "shenzhen", "supervisor", "shanghai", date(2026, 11, 22))


def test_deputies_are_named_by_the_absent_person_or_an_administrator(store: CaseStore) -> None:
    hire(store)
    for arguments, refusal in (
        ({"deputy": "shenzhen", "by": "shenzhen"}, RoleNeeded),
        ({"deputy": "shanghai_head"}, BadField),
        ({"deputy": "nobody"}, UnknownPerson),
        ({"deputy": "shenzhen", "first": date(2026, 11, 21)}, BadField),
        ({"deputy": "shenzhen", "reason": " "}, MissingField),
    ):
        with pytest.raises(refusal):
            stand_in(store, "shanghai_head", **arguments)  # type: ignore[arg-type]


def test_a_deputy_is_no_second_person_beside_the_one_he_stands_in_for(store: CaseStore) -> None:
    opened(store, "red")
    act(store, "review", "shanghai")
    act(store, "verify", "shanghai_head", reason="seen")
    act(store, "assess", "shanghai", participants=("a", "b"), opinion="real")
    stand_in(store, "shanghai_head", "shenzhen")
    with pytest.raises(SecondPersonNeeded):
        act(store, "approve", "shenzhen")
    stand_in(store, "shanghai_deputy_head", "shanghai_head")  # whoever verified does not become another person by standing in
    with pytest.raises(SecondPersonNeeded):
        act(store, "approve", "shanghai_head")
    assert act(store, "approve", "shanghai_deputy_head").state == "approved"


def test_every_role_of_the_staff_is_on_record(store: CaseStore) -> None:
    hire(store)
    with store.engine.connect() as con:
        assert {p.login: (p.unit_id, p.role) for p in all_people(con)} == STAFF
