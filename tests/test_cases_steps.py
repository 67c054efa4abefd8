"""Every step of a case: where it leads, who may take it, what it needs, what is refused and by which rule."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from case_stores import AT, NIGHT, act, chain, hire, listed, opened, seen_at, walk

from riskwarn.cases import CaseStore, audit, open_store
from riskwarn.cases.errors import (
    BadField,
    BeyondReach,
    EvidenceChanged,
    IllegalTransition,
    MissingField,
    NotReady,
    OutsideUnit,
    RoleNeeded,
    SecondPersonNeeded,
    UnknownCase,
    UnknownEntry,
)
from riskwarn.cases.lifecycle import ACTIONS, DECIDING, RELEASING, STATES, load_lifecycle
from riskwarn.cases.reading import hand_overs_of, steps_of
from riskwarn.settings import Settings

LIFE = load_lifecycle()


def test_the_straight_way_from_raised_to_closed(store: CaseStore) -> None:
    opened(store)
    walk(store, "close")
    with store.engine.connect() as con:
        steps = steps_of(con, "E1")
        trail = audit.trail(con, "case E1")
    states = ["raised", "under_review", "verified", "joint_assessment", "approved", "issued", "lifted", "closed"]
    assert [(s["from_state"], s["to_state"]) for s in steps] == list(itertools.pairwise(states))
    assert [s["version"] for s in steps] == list(range(1, 8))
    assert [e["actor"] for e in trail] == [
        "machine",
        "shanghai",
        "shanghai_head",
        "shanghai_head",
        *["shanghai_deputy_head"] * 3,
        "shanghai",
    ]
    assert {e["night"] for e in trail} == {NIGHT}
    assert (trail[-1]["before"]["state"], trail[-1]["after"]["state"], trail[-1]["after"]["reason"]) == ("lifted", "closed", "done")
    assert chain(store) == []


def test_every_step_of_the_file_leads_where_it_says() -> None:
    """As a picture: reading the file again must give the life that docs/cases.md describes."""
    moves = {(rule.action, state): rule.to for rule in LIFE.rules for state in rule.from_states if rule.to is not None}
    picture = """
        review: raised watching -> under_review
        watch: under_review -> watching
        verify: under_review -> verified
        dismiss: under_review verified joint_assessment -> dismissed
        assess: verified joint_assessment -> joint_assessment
        approve: verified joint_assessment -> approved
        send_back: joint_assessment approved -> under_review
        issue: approved -> issued
        act_first: under_review verified joint_assessment -> issued
        countersign: issued -> issued
        lift: issued -> lifted
        close: lifted dismissed -> closed
        reopen: dismissed lifted closed -> under_review
    """
    drawn = {}
    for line in picture.strip().splitlines():
        action, way = line.strip().split(": ")
        for state in way.split(" -> ")[0].split():
            drawn[action, state] = way.split(" -> ")[1]
    assert moves == drawn
    assert {rule.action for rule in LIFE.rules if rule.to is not None} == {*DECIDING, *RELEASING}


@pytest.mark.parametrize("state", STATES)
def test_from_no_state_does_an_undrawn_step_lead_on(case_settings: Settings, state: str) -> None:
    """Every state is reached, and every action that it does not allow is refused by the rule of the order of steps."""
    with open_store(case_settings) as store:
        opened(store, "yellow")
        to: dict[str, list[str]] = {
            "raised": [],
            "under_review": ["review"],
            "watching": ["review", "watch"],
            "dismissed": ["review", "dismiss"],
        }
        said: dict[str, dict[str, object]] = {
            "watch": {"until": date(2026, 12, 1), "reason": "wait"},
            "dismiss": {"reason_class": "chance", "reason": "chance"},
        }
        if state in to:
            for action in to[state]:
                act(store, action, "hq_head", **said.get(action, {}))
        else:
            last = {
                "verified": "verify",
                "joint_assessment": "assess",
                "approved": "approve",
                "issued": "issue",
                "lifted": "lift",
                "closed": "close",
            }
            walk(store, last[state])
        case = store.case("E1")
        assert case.state == state
        for action in ACTIONS:
            if LIFE.rule(action, state) is None:
                with pytest.raises(IllegalTransition) as refused:
                    act(store, action, "hq_head", reason="x")
                assert "order of steps" in refused.value.text("en")
                assert "步骤次序" in refused.value.text("zh_CN")
        assert store.case("E1") == case


FIELDS = {
    "watch": {"until": date(2026, 12, 1), "reason": "wait"},
    "verify": {"reason": "seen"},
    "dismiss": {"reason_class": "chance", "reason": "few"},
    "regrade": {"colour": "yellow", "reason": "milder"},
    "hand_over": {"to_unit": "samr", "reason": "sold already"},
    "report_up": {"reason": "wider than us"},
    "assign": {"assignee": "yangshan_head"},
    "note": {"reason": "asked"},
}


@pytest.mark.parametrize(("action", "field"), [(action, field) for action, said in FIELDS.items() for field in said])
def test_a_missing_or_blank_field_is_refused(case_settings: Settings, action: str, field: str) -> None:
    with open_store(case_settings) as store:
        opened(store, "orange", "2248")
        act(store, "review", "shanghai")
        for blank in (None, "  " if isinstance(FIELDS[action][field], str) else None):
            with pytest.raises(MissingField) as refused:
                act(store, action, "shanghai_head", **{**FIELDS[action], field: blank or ""})
            assert refused.value.values["field"] == field
            assert "必填项" in refused.value.text("zh_CN")
        assert act(store, action, "shanghai_head", **FIELDS[action]).version == 2


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("watch", {"until": AT.date(), "reason": "wait"}),
        ("dismiss", {"reason_class": "tired", "reason": "x"}),
        ("regrade", {"colour": "green", "reason": "x"}),
        ("assign", {"assignee": "reader"}),
        ("assign", {"assignee": "shenzhen"}),
        ("hand_over", {"to_unit": "shanghai", "reason": "to ourselves"}),
        ("follow_up", {"kind": "gossip", "text": "x"}),
        ("follow_up", {"kind": "recall", "text": "x", "happened": date(2026, 11, 21)}),
        ("start_plan", {"plan": "purple"}),
        ("receive", {"hand_over": 99}),
    ],
)
def test_what_is_not_allowed_is_refused_and_changes_nothing(store: CaseStore, action: str, said: dict[str, object]) -> None:
    opened(store)
    act(store, "review", "shanghai")
    case = store.case("E1")
    with pytest.raises((BadField, RoleNeeded, OutsideUnit, UnknownEntry)):
        act(store, action, "shanghai_head", **said)
    assert store.case("E1") == case


@pytest.mark.parametrize("level", ["red", "orange", "yellow", "blue"])
def test_red_and_orange_need_a_second_person(case_settings: Settings, level: str) -> None:
    with open_store(case_settings) as store:
        opened(store, level)
        walk(store, "assess", first="shanghai_head")
        if level in ("red", "orange"):
            with pytest.raises(SecondPersonNeeded) as refused:
                act(store, "approve", "shanghai_head")
            assert "shanghai_head" in refused.value.text("en")
            act(store, "approve", "shanghai_deputy_head")
        else:
            act(store, "approve", "shanghai_head")


def test_a_colour_made_milder_does_not_spare_the_second_person(store: CaseStore) -> None:
    opened(store, "red")
    act(store, "review", "shanghai")
    act(store, "regrade", "shanghai_head", colour="yellow", reason="milder")
    act(store, "verify", "shanghai", reason="seen")
    with pytest.raises(IllegalTransition):  # the machine still says red: no approval without joint assessment
        act(store, "approve", "shanghai_deputy_head")
    act(store, "assess", "shanghai", participants=("a", "b"), opinion="real")
    with pytest.raises(SecondPersonNeeded):
        act(store, "approve", "shanghai_head")
    act(store, "approve", "shanghai_deputy_head")
    assert store.case("E1").colour == "yellow"


def test_yellow_and_blue_may_be_approved_without_joint_assessment(store: CaseStore) -> None:
    opened(store, "blue")
    walk(store, "verify")
    assert act(store, "approve", "shanghai_head").state == "approved"


def test_act_first_and_countersign_later(store: CaseStore) -> None:
    opened(store, "red")
    act(store, "review", "shanghai")
    act(store, "act_first", "shanghai_head", scope="regional", reason="children in danger")
    case = store.case("E1")
    assert (case.state, case.countersign_due_on) == ("issued", date(2026, 11, 23))  # Friday -> Monday
    with pytest.raises(NotReady, match="countersign"):
        act(store, "lift", "shanghai_head", reason="over")
    with pytest.raises(SecondPersonNeeded):
        act(store, "countersign", "shanghai_head")
    act(store, "countersign", "shanghai_deputy_head")
    with pytest.raises(NotReady):
        act(store, "countersign", "hq_head")
    assert act(store, "lift", "shanghai_head", reason="over").state == "lifted"


def test_only_red_is_acted_on_first(store: CaseStore) -> None:
    opened(store, "orange")
    act(store, "review", "shanghai")
    with pytest.raises(IllegalTransition):
        act(store, "act_first", "shanghai_head", scope="regional", reason="hurry")


def test_a_port_officer_issues_no_national_notice(store: CaseStore) -> None:
    opened(store, "yellow", "2248")
    walk(store, "approve", officer="yangshan", first="yangshan_head", second="yangshan_head")
    for by, scope in (("yangshan_head", "regional"), ("shanghai_head", "national")):
        with pytest.raises(BeyondReach):
            act(store, "issue", by, scope=scope)
    with pytest.raises(BadField):
        act(store, "issue", "hq_head", scope="worldwide")
    assert act(store, "issue", "hq_head", scope="national").state == "issued"


def test_people_act_in_their_own_unit_and_below(store: CaseStore) -> None:
    opened(store, "orange", "5301")
    for by in ("shanghai", "samr"):
        with pytest.raises(OutsideUnit):
            act(store, "review", by)
    for by in ("reader", "admin"):
        with pytest.raises(RoleNeeded):
            act(store, "review", by)
    with pytest.raises(RoleNeeded):
        act(store, "assign", "shenzhen", assignee="shenzhen")
    act(store, "take", "shenzhen")
    act(store, "assign", "hq_head", assignee="shenzhen_head")
    assert store.case("E1").assignee == "shenzhen_head"
    with pytest.raises(UnknownCase):
        store.case("E9")


def test_reported_up_the_parent_answers_for_it(store: CaseStore) -> None:
    opened(store, "orange", "2248")
    act(store, "take", "yangshan")
    taken = act(store, "report_up", "yangshan", reason="also at other ports")
    case = store.case("E1")
    assert (case.unit_id, case.assignee) == ("shanghai", None)
    with pytest.raises(OutsideUnit):
        act(store, "review", "yangshan")
    act(store, "receive", "shanghai", hand_over=taken.made["hand_over"])
    act(store, "answer", "shanghai", hand_over=taken.made["hand_over"], text="taken over")
    act(store, "report_up", "shanghai", reason="national")
    with pytest.raises(NotReady, match="no unit above"):
        act(store, "report_up", "hq", reason="higher")


def test_handed_over_with_receipt_and_answer(store: CaseStore) -> None:
    opened(store)
    act(store, "review", "shanghai")
    sent = act(store, "hand_over", "shanghai", to_unit="samr", reason="sold in shops").made["hand_over"]
    outside = act(store, "hand_over", "shanghai", to_unit="Fire brigade", reason="burns").made["hand_over"]
    with pytest.raises(OutsideUnit):
        act(store, "receive", "shenzhen", hand_over=sent)
    act(store, "receive", "samr", hand_over=sent)
    with pytest.raises(NotReady):
        act(store, "receive", "samr", hand_over=sent)
    act(store, "answer", "samr", hand_over=sent, text="recalled")
    with pytest.raises(NotReady):
        act(store, "answer", "samr", hand_over=sent, text="again")
    act(store, "dismiss", "shanghai", reason_class="known_and_handled", reason="recalled")
    with pytest.raises(NotReady, match=str(outside)):
        act(store, "close", "shanghai", reason="done")
    act(store, "answer", "shanghai", hand_over=outside, text="by telephone", name="Chief Zhao")
    act(store, "close", "shanghai", reason="done")
    with store.engine.connect() as con:
        rows = hand_overs_of(con, "E1")
    assert [(r["received_by"], r["answered_by"], r["answer"]) for r in rows] == [
        ("samr", "samr", "recalled"),
        ("Chief Zhao", "Chief Zhao", "by telephone"),
    ]
    assert rows[0]["answer_due_on"] == date(2026, 11, 27)  # five working days


def test_changed_evidence_asks_for_a_new_look_and_overwrites_nothing(store: CaseStore) -> None:
    opened(store, "orange")
    walk(store, "assess")
    before = store.case("E1")
    store.follow(listed(level="orange", observed=13.0, reason_en="a few more"), NIGHT + timedelta(days=1), seen_at("2201"))
    act(store, "approve", "shanghai_deputy_head")  # a small change asks nobody
    store.follow(listed(level="red", observed=40.0), NIGHT + timedelta(days=2), seen_at("5301"))
    case = store.case("E1")
    assert (case.colour, case.unit_id, case.state, case.entered_on) == (before.colour, "shanghai", "approved", AT.date())
    assert case.proposed_unit == "shenzhen"
    with pytest.raises(EvidenceChanged) as refused:
        act(store, "issue", "shanghai_deputy_head", scope="regional")
    assert "orange -> red" in refused.value.text("en")
    act(store, "acknowledge", "shanghai", reason="looked again; more of the same")
    assert act(store, "issue", "shanghai_deputy_head", scope="regional").state == "issued"


def test_before_a_person_acts_the_machine_has_the_say(store: CaseStore) -> None:
    opened(store, "yellow")
    store.follow(listed(level="red"), NIGHT + timedelta(days=1), seen_at("5301"))
    case = store.case("E1")
    assert (case.colour, case.unit_id) == ("red", "shenzhen")
    act(store, "review", "shenzhen")
    store.follow(listed(level="blue"), NIGHT + timedelta(days=2), seen_at("2201"))
    case = store.case("E1")
    assert (case.colour, case.unit_id, case.gravest_colour) == ("red", "shenzhen", "red")


def test_instants_need_a_time_zone(store: CaseStore) -> None:
    hire(store)
    store.follow(listed(), NIGHT)
    with pytest.raises(ValueError, match="time zone"):
        act(store, "review", "hq", at=datetime(2026, 11, 20))  # noqa: DTZ001
