"""Notices in the case store: drafted, signed by a supervisor, numbered, lifted, handed on. What was signed is kept as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases import CaseStore, audit
from riskwarn.cases.notification_tables import exchange_receipt, notice
from riskwarn.cases.people import Actor, Role
from riskwarn.cases.reading import read_case
from riskwarn.documents import Both, Kind, NoticeFacts, Signed, safe
from riskwarn.documents.agencies import read_agencies
from riskwarn.documents.exchange import Package, package
from riskwarn.documents.facts import NOTHING
from riskwarn.documents.kept import as_plain, from_plain
from riskwarn.documents.official import official_from
from riskwarn.documents.render import Documents, composed, digest, render_notice
from riskwarn.notices.gathering import measure_lines, warning_facts
from riskwarn.settings import Settings, day_of
from riskwarn.tbtsps import people
from riskwarn.tbtsps.refusals import Refusal, life_rules
from riskwarn.text import LANGS, translator

# 文号: the agency's word, the year in 〔〕, the number.
_NUMBER = re.compile(r"[^\s〔〕]{1,40}〔(?:19|20)\d{2}〕\d{1,6}号")
TWO_PEOPLE = ("red", "orange")


@dataclass(frozen=True)
class Notice:
    """A notice as it stands; ``facts`` are those it was written with."""

    notice_id: int
    case_id: str
    state: str  # draft | signed | void
    version: int
    facts: NoticeFacts
    lifts_id: int | None
    drafted_by: str
    digest: str | None
    documents: Documents | None  # the words as they were signed; None before that

    @property
    def serial(self) -> str:
        return self.facts.serial


@dataclass(frozen=True)
class Wanted:
    """What a person says of a new notice. ``to`` and ``copies_to`` are agencies by code or names as written."""

    kind: Kind
    to: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    issuer: str = ""  # code of the agency; empty: the one with the role of issuer
    contact: str = ""
    advice: Both = NOTHING


def draft(settings: Settings, store: CaseStore, case_id: str, wanted: Wanted, *, by: str, at: datetime) -> Notice:
    """A new draft from the published warning and the measures of its case."""
    if wanted.kind is Kind.LIFTING:
        raise Refusal("choice", value="lifting", choices="port_notice, notice, consumer_notice")
    with store.writing() as con:
        case = read_case(con, case_id)
        people.require(store, con, by, "officer", day_of(at), store.books.units.known(case.unit_id))
        agencies = read_agencies(settings.home)
        to = tuple(_named(settings, one) for one in wanted.to) or (_standing(wanted.kind),)
        facts = NoticeFacts(
            kind=wanted.kind,
            serial="",
            issuer=agencies.get(wanted.issuer) if wanted.issuer else agencies.of_role("issuer"),
            drafted_on=day_of(at),
            warning=warning_facts(settings, con, case),
            to=to,
            measures=measure_lines(con, store.books, case_id, day_of(at)),
            copies_to=tuple(_named(settings, one) for one in wanted.copies_to),
            contact=safe.line(wanted.contact),
            advice=Both(safe.clean(wanted.advice.zh), safe.clean(wanted.advice.en)),
        )
        return _keep(con, case_id, facts, None, by=by, at=at)


def lift(store: CaseStore, notice_id: int, reason: Both, *, by: str, at: datetime) -> Notice:
    """A draft that lifts a signed notice; it goes to whom the notice went."""
    with store.writing() as con:
        first = _get(con, notice_id)
        _actor(store, con, first, by, "officer", day_of(at))
        if first.state != "signed" or first.facts.signed is None:
            raise Refusal("signed", serial=first.serial, at=_standing_of(first))
        if not (reason.zh.strip() or reason.en.strip()):
            raise Refusal("reason")
        facts = replace(
            first.facts,
            kind=Kind.LIFTING,
            serial="",
            agency_number="",
            drafted_on=day_of(at),
            signed=None,
            advice=NOTHING,
            lifts=first.facts.agency_number or first.serial,
            lifts_on=first.facts.signed.on,
            lift_reason=Both(safe.clean(reason.zh or reason.en), safe.clean(reason.en or reason.zh)),
        )
        return _keep(con, first.case_id, facts, notice_id, by=by, at=at)


def sign(store: CaseStore, notice_id: int, version: int, *, by: str, at: datetime) -> Notice:
    """Signs a draft: a supervisor, who for red and orange did not draft it, once the case is approved."""
    with store.writing() as con:
        now = _current(con, notice_id, version)
        actor = _actor(store, con, now, by, "supervisor", day_of(at))
        if now.state != "draft":
            raise Refusal("signed", serial=now.serial, at=_standing_of(now))
        if now.drafted_by in actor.logins and now.facts.warning.level in TWO_PEOPLE:
            raise Refusal("second_person", login=by)
        _case_allows(con, now)
        if now.facts.kind is not Kind.LIFTING and measure_lines(con, store.books, now.case_id, now.facts.drafted_on) != now.facts.measures:
            raise Refusal("measures_changed", case=now.case_id, serial=now.serial)
        facts = replace(now.facts, signed=Signed(by, day_of(at)))
        change = {"state": "signed", "signed_by": by, "signed_on": day_of(at), "digest": digest(facts)}
        return _change(con, now, "sign", facts, change, by=by, at=at)


def give_number(store: CaseStore, notice_id: int, version: int, number: str, *, by: str, at: datetime) -> Notice:
    """Records the 文号 that the agency's office gave, before or after signing; once given it stays."""
    said = safe.line(number).replace(" ", "")
    if not _NUMBER.fullmatch(said):
        raise Refusal("number_form", number=number[:60])
    with store.writing() as con:
        now = _current(con, notice_id, version)
        _actor(store, con, now, by, "officer", day_of(at))
        if now.state == "void" or now.facts.agency_number:
            raise Refusal("signed", serial=now.serial, at=now.facts.agency_number or _standing_of(now))
        facts = replace(now.facts, agency_number=said)
        change: dict[str, object] = {"agency_number": said}
        if now.state == "signed":
            change["digest"] = digest(facts)
        return _change(con, now, "number", facts, change, by=by, at=at)


def void(store: CaseStore, notice_id: int, version: int, reason: str, *, by: str, at: datetime) -> Notice:
    """Sets a draft aside; a signed notice can only be lifted."""
    with store.writing() as con:
        now = _current(con, notice_id, version)
        _actor(store, con, now, by, "officer", day_of(at))
        if now.state != "draft":
            raise Refusal("signed", serial=now.serial, at=_standing_of(now))
        if not reason.strip():
            raise Refusal("reason")
        return _change(con, now, "void", now.facts, {"state": "void"}, by=by, at=at, reason=safe.clean(reason))


def files(found: Notice) -> dict[str, bytes]:
    """The documents by name: a draft's composed anew, a signed one's in the words that were signed."""
    return render_notice(found.facts, found.documents)


def hand_on(store: CaseStore, notice_id: int, recipient: str, *, by: str, at: datetime) -> tuple[int, Package]:
    """The redacted package of a signed notice, and the number of its receipt."""
    to = safe.line(recipient)[:128]
    with store.writing() as con:
        now = _get(con, notice_id)
        _actor(store, con, now, by, "officer", day_of(at))
        if now.facts.signed is None or now.state != "signed":
            raise Refusal("signed", serial=now.serial, at=_standing_of(now))
        if not to:
            raise Refusal("empty", what="recipient")
        made = package(now.facts)
        row = {
            "notice_id": notice_id,
            "recipient": to,
            "sha256": made.sha256,
            "size_bytes": len(made.content),
            "handed_by": by,
            "handed_on": day_of(at),
        }
        key = con.execute(sa.insert(exchange_receipt).values(**row)).inserted_primary_key
        number = int(key[0]) if key else 0
        audit.record(con, at=at, actor=by, subject=f"package {number}", action="hand_on", before={}, after=row, night=None)
        return number, made


def receive_receipt(store: CaseStore, receipt_id: int, received_by: str, on: date, answer: str, *, by: str, at: datetime) -> None:
    """Records that a package arrived, and what was answered; once."""
    with store.writing() as con:
        people.require(store, con, by, "officer", day_of(at))
        row = con.execute(sa.select(exchange_receipt).where(exchange_receipt.c.receipt_id == receipt_id)).mappings().one_or_none()
        if row is None:
            raise Refusal("unknown", what="package", number=receipt_id)
        if row["received_on"] is not None:
            raise Refusal("state", what="package", number=receipt_id, at="received", needed="handed on")
        if on > day_of(at) or on < row["handed_on"]:
            raise Refusal("day", day=on, why=f"{row['handed_on']} .. {day_of(at)}")
        change = {"received_by": safe.line(received_by)[:128], "received_on": on, "answer": safe.clean(answer)}
        con.execute(sa.update(exchange_receipt).where(exchange_receipt.c.receipt_id == receipt_id).values(**change))
        audit.record(con, at=at, actor=by, subject=f"package {receipt_id}", action="receipt", before={}, after=change, night=None)


def packages(store: CaseStore, notice_id: int) -> list[dict[str, Any]]:
    """To whom a notice was handed on, oldest first."""
    query = sa.select(exchange_receipt).where(exchange_receipt.c.notice_id == notice_id).order_by(exchange_receipt.c.receipt_id)
    with store.engine.connect() as con:
        return [dict(row) for row in con.execute(query).mappings()]


def get(store: CaseStore, notice_id: int) -> Notice:
    with store.engine.connect() as con:
        return _get(con, notice_id)


def every(store: CaseStore, case_id: str | None = None) -> list[Notice]:
    """Notices, newest first; of one case where it is given."""
    query = sa.select(notice).order_by(notice.c.notice_id.desc())
    with store.engine.connect() as con:
        rows = con.execute(query if case_id is None else query.where(notice.c.case_id == case_id)).mappings()
        return [_read(row) for row in rows]


def _keep(con: Connection, case_id: str, facts: NoticeFacts, lifts_id: int | None, *, by: str, at: datetime) -> Notice:
    row = {
        "case_id": case_id,
        "kind": str(facts.kind),
        "state": "draft",
        "version": 1,
        "facts": {},
        "lifts_id": lifts_id,
        "agency_number": "",
        "drafted_by": by,
        "drafted_at": at,
    }
    key = con.execute(sa.insert(notice).values(**row)).inserted_primary_key
    number = int(key[0]) if key else 0
    numbered = replace(facts, serial=f"RW-{facts.drafted_on.year}-{number:06d}")
    con.execute(sa.update(notice).where(notice.c.notice_id == number).values(facts=as_plain(numbered)))
    after = {**row, "facts": as_plain(numbered)}
    audit.record(con, at=at, actor=by, subject=f"notice {number}", action="draft", before={}, after=after, night=None)
    return _get(con, number)


def _change(
    con: Connection, now: Notice, action: str, facts: NoticeFacts, change: Mapping[str, object], *, by: str, at: datetime, reason: str = ""
) -> Notice:
    kept = as_plain(facts)
    if facts.signed:
        kept["documents"] = {lang: document.as_dict() for lang, document in composed(facts).items()}
    values = {**change, "facts": kept, "version": now.version + 1}
    con.execute(sa.update(notice).where(notice.c.notice_id == now.notice_id).values(**values))
    before = {"state": now.state, "version": now.version, "agency_number": now.facts.agency_number}
    after = {**change, "version": now.version + 1, "reason": reason}
    audit.record(con, at=at, actor=by, subject=f"notice {now.notice_id}", action=action, before=before, after=after, night=None)
    return _get(con, now.notice_id)


def _actor(store: CaseStore, con: Connection, now: Notice, by: str, role: Role, on: date) -> Actor:
    """Who acts, if the unit of the notice's case is the person's own or below it."""
    return people.require(store, con, by, role, on, store.books.units.known(read_case(con, now.case_id).unit_id))


def _case_allows(con: Connection, now: Notice) -> None:
    """A notice is signed once its case is approved; a lifting, once it was issued."""
    rules = life_rules()["notices"]
    allowed = rules["lift_in" if now.facts.kind is Kind.LIFTING else "sign_in"]
    state = read_case(con, now.case_id).state
    if state not in allowed:
        raise Refusal(
            "case_state", case=now.case_id, at=_state(state), needed=Both("或".join(_state(s).zh for s in allowed), " or ".join(allowed))
        )


def _standing_of(now: Notice) -> Both:
    return Both(translator("zh_CN")(f"notice {now.state}"), translator("en")(f"notice {now.state}"))


def _state(state: str) -> Both:
    return Both(translator("zh_CN")(f"state {state}"), translator("en")(f"state {state}"))


def _current(con: Connection, notice_id: int, version: int) -> Notice:
    now = _get(con, notice_id)
    if now.version != version:
        told = "; ".join(f"{entry['actor']}: {entry['action']}" for entry in audit.trail(con, f"notice {notice_id}")[version:])
        raise Refusal("changed", seen=version, version=now.version, steps=told)
    return now


def _get(con: Connection, notice_id: int) -> Notice:
    row = con.execute(sa.select(notice).where(notice.c.notice_id == notice_id)).mappings().one_or_none()
    if row is None:
        raise Refusal("unknown", what="notice", number=notice_id)
    return _read(row)


def _read(row: Mapping[Any, Any]) -> Notice:
    words = row["facts"].get("documents")
    documents: Documents | None = {lang: official_from(words[lang]) for lang in LANGS} if words else None
    return Notice(
        notice_id=row["notice_id"],
        case_id=row["case_id"],
        state=row["state"],
        version=row["version"],
        facts=from_plain(row["facts"]),
        lifts_id=row["lifts_id"],
        drafted_by=row["drafted_by"],
        digest=row["digest"],
        documents=documents,
    )


def _named(settings: Settings, one: str) -> Both:
    """An agency by its code, or a name as it was written, 中文|English or one for both."""
    agencies = read_agencies(settings.home)
    if one in agencies.by_code:
        return agencies.by_code[one].name
    zh, _, en = (safe.line(part) for part in one.partition("|"))
    return Both(zh or en, en or zh)


def _standing(kind: Kind) -> Both:
    """To whom a kind goes when nothing else is said."""
    told = life_rules()["notices"]["to"][kind]
    return Both(told["zh"], told["en"])
