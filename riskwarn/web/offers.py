"""The steps that a person may take now in a case, what each must say, and what still stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from riskwarn.cases.books import Books
from riskwarn.cases.checks import SCOPES, check_needs, check_persons
from riskwarn.cases.errors import CaseError, IllegalTransition, OutsideUnit, RoleNeeded, UnknownPerson
from riskwarn.cases.follow_ups import KINDS as FOLLOW_UPS
from riskwarn.cases.lifecycle import COLOURS, Rule
from riskwarn.cases.people import INCLUDES, Person, Role, acting
from riskwarn.cases.reading import Case
from riskwarn.text import Lang

# Judging comes first, in the order of a case's life; then what only helps the case along.
JUDGING = (
    "acknowledge", "verify", "dismiss", "watch", "assess", "approve", "issue", "act_first", "countersign", "lift", "close", "reopen",
)  # fmt: skip
HELPING = ("review", "take", "assign", "send_back", "regrade", "report_up", "hand_over", "follow_up", "note")
# What belongs to one thing of the case (a measure, a file ...) is offered beside that thing.
BESIDE = ("take_measure", "end_measure", "start_plan", "plan_step", "attach", "receive", "answer")
# A warning that nobody took up yet is judged at once: taking it up is recorded on the way.
AT_ONCE = ("verify", "dismiss", "watch")
LABELS = {"reason_class": "reason class", "kind": "follow-up", "scope": "scope", "colour": "colour"}
LONG = ("reason", "opinion", "participants", "text")  # written in a field of several lines
DAYS = ("until", "starts", "ends", "happened")


@dataclass(frozen=True)
class Offer:
    """A step that role and unit allow in this state. ``fields``: what it asks for, ``needed`` those that it must say; ``before``: a step
    that is recorded with it; ``hindrance``: the rule that stands in its way at the moment, empty where nothing does."""

    action: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    before: str = ""
    hindrance: str = ""


@dataclass(frozen=True)
class Asking:
    """Who asks what may be done, and when."""

    con: Connection
    books: Books
    person: Person
    today: date
    lang: Lang


def offers(asking: Asking, case: Case, able: frozenset[str]) -> dict[str, Offer]:
    """By action, in the order of the page; ``able`` are the roles in which the person may act in this case. The store checks everything
    again when a step is taken."""
    life = asking.books.life
    found: dict[str, Offer] = {}
    for action in (*JUDGING, *HELPING, *BESIDE):
        if action == "countersign" and case.countersign_due_on is None:
            continue  # nothing was done first
        rule = life.rule(action, case.state)
        if rule is not None:
            offer = _offer(asking, case, rule, able)
        elif action in AT_ONCE and (review := life.rule("review", case.state)) and (then := life.rule(action, str(review.to))):
            offer = _offer(asking, case, then, able, "review") if review.role in able else None
        else:
            offer = None
        if offer is not None:
            found[action] = offer
    return found


def roles_in(asking: Asking, case: Case) -> frozenset[str]:
    """The roles in which the person may act in the case's unit, as himself or as somebody's deputy."""
    found: set[str] = set()
    roles: tuple[Role, ...] = ("officer", "supervisor")
    for role in roles:
        try:
            acting(asking.con, asking.books.units, asking.person.login, role, asking.books.units.known(case.unit_id), asking.today)
        except (RoleNeeded, OutsideUnit, UnknownPerson):
            continue
        found.add(role)
    return frozenset(found)


def _offer(asking: Asking, case: Case, rule: Rule, able: frozenset[str], before: str = "") -> Offer | None:
    if rule.role not in able:
        return None
    hindrance = ""
    # Only rules about persons, colours or needs can stand in the way; the others cost no query.
    try:
        if rule.second_person_to or rule.never_by_who_did or rule.colours != COLOURS or rule.only_colours != COLOURS:
            check_persons(asking.con, asking.books.units, asking.books.life, case, rule, asking.person.login, asking.today, {})
        if rule.needs:
            check_needs(asking.con, asking.books.life, case, rule, asking.today)
    except IllegalTransition:  # not for a warning of this colour
        return None
    except CaseError as error:
        hindrance = error.text(asking.lang)
    fields = tuple(name for name in rule.fields if name not in ("measure", "plan_step", "hand_over", "goods", "file"))
    more = {"take_measure": ("ends",), "follow_up": ("happened",)}.get(rule.action, ())
    needs_no_reason = rule.action in ("take", "follow_up", "take_measure", "plan_step", "start_plan", "receive", "answer", "attach")
    reason = () if "reason" in fields or needs_no_reason else ("reason",)
    return Offer(rule.action, (*fields, *more, *reason), fields, before, hindrance)


def choices(books: Books, person: Person, people: list[Person]) -> dict[str, tuple[str, ...]]:
    """What may be chosen, by field: departments with reach only what their units may issue."""
    reach = books.units.may_issue(person.unit_id)
    return {
        "reason_class": tuple(books.life.reason_classes),
        "scope": SCOPES if reach == "national" else tuple(scope for scope in SCOPES if scope == reach),
        "colour": COLOURS,
        "kind": FOLLOW_UPS,
        "assignee": tuple(p.login for p in people if p.is_active and "officer" in INCLUDES[p.role]),
        "measure_kind": tuple(f"{goods}:{kind.kind}" for kind in books.kinds.values() for goods in kind.goods),
    }


def typed(said: dict[str, Any]) -> dict[str, Any]:
    """Days as days, numbers as numbers, people one a line, a measure with its list; what is none of these the store refuses."""
    found = dict(said)
    for name in DAYS:
        if name in found:
            try:
                found[name] = date.fromisoformat(found[name])
            except ValueError:
                found[name] = None
    for name in ("measure", "plan_step", "hand_over"):
        if name in found:
            found[name] = int(found[name]) if str(found[name]).isdigit() and len(found[name]) < 10 else 0
    if "measure_kind" in found:
        found["goods"], _, found["kind"] = found.pop("measure_kind").partition(":")
    if "participants" in found:
        found["participants"] = tuple(found["participants"].splitlines())
    return found
