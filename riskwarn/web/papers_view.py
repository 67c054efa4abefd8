"""The notices of a case as its page shows them: where each stands, its files, and what this person may do with it now."""

from __future__ import annotations

from dataclasses import dataclass

from riskwarn import notices
from riskwarn.cases.accounts import Session
from riskwarn.cases.reading import Case
from riskwarn.documents import Kind
from riskwarn.documents.agencies import read_agencies
from riskwarn.documents.compose import compose
from riskwarn.notices.desk import TWO_PEOPLE
from riskwarn.tbtsps.refusals import Refusal, life_rules
from riskwarn.text import LANGS, Lang, translator
from riskwarn.web.desk import Desk

KINDS = (Kind.PORT_NOTICE, Kind.NOTICE, Kind.CONSUMER_NOTICE)


@dataclass(frozen=True)
class Paper:
    """One notice. ``may``: sign | number | void | lift; ``hindrance`` says why it cannot be signed yet, empty where it can."""

    notice: notices.Notice
    title: str
    files: tuple[str, ...]
    may: tuple[str, ...]
    hindrance: str


@dataclass(frozen=True)
class Papers:
    """``may_draft``: the person may draft a notice of this case; ``addressees`` are the agencies by code."""

    rows: tuple[Paper, ...]
    may_draft: bool
    kinds: tuple[str, ...]
    addressees: dict[str, str]
    standing: dict[str, str]


def papers(desk: Desk, session: Session, case: Case, roles: frozenset[str], lang: Lang) -> Papers:
    """``roles``: those in which the person may act in this case."""
    every = notices.every(desk.store, case.case_id)
    lifted = {one.lifts_id for one in every if one.state != "void"}
    rows = tuple(_paper(session, case, one, roles, one.notice_id in lifted, lang) for one in every)
    agencies = read_agencies(desk.settings.home).by_code.items() if "officer" in roles else ()
    to = life_rules()["notices"]["to"]
    standing = {str(kind): str(to[kind]["zh" if lang == "zh_CN" else "en"]) for kind in KINDS}
    return Papers(rows, "officer" in roles, tuple(map(str, KINDS)), {code: agency.name.in_(lang) for code, agency in agencies}, standing)


def _paper(session: Session, case: Case, one: notices.Notice, roles: frozenset[str], is_lifted: bool, lang: Lang) -> Paper:
    may, hindrance = [], ""
    if one.state == "draft" and "supervisor" in roles:
        may.append("sign")
        hindrance = _hindrance(session, case, one, lang)
    if one.state != "void" and "officer" in roles:
        may += ["number"] * (not one.facts.agency_number)
        may += ["void"] if one.state == "draft" else ["lift"] * (not is_lifted and one.facts.kind is not Kind.LIFTING)
    words = one.documents[lang] if one.documents else compose(one.facts, lang)
    own = (lang, *(other for other in LANGS if other != lang))
    files = tuple(f"{one.facts.kind}.{name}.{ending}" for name in own for ending in ("pdf", "docx"))
    return Paper(one, words.title, files, tuple(may), hindrance)


def _hindrance(session: Session, case: Case, one: notices.Notice, lang: Lang) -> str:
    """What keeps a supervisor from signing; the store asks again."""
    _ = translator(lang)
    if one.drafted_by == session.person.login and one.facts.warning.level in TWO_PEOPLE:
        return Refusal("second_person", login=session.person.login).text(lang)
    allowed = life_rules()["notices"]["lift_in" if one.facts.kind is Kind.LIFTING else "sign_in"]
    if case.state not in allowed:
        states = _("list separator").join(_(f"state {state}") for state in allowed)
        return _("It can be signed once the case is: {states}").format(states=states)
    return ""
