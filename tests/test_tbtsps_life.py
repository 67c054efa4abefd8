"""The life of a draft and of a comment in the case store: no illegal state is reached, roles and the second person hold, all is audited."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from documents_data import DAY
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tbtsps_data import FACTS, addendum, draft, question, tbt

from riskwarn.cases import CaseStore, audit, open_store
from riskwarn.cases.errors import CaseError
from riskwarn.cases.people_tables import deputy, person
from riskwarn.settings import Settings
from riskwarn.tbtsps import comments, concerns, life, notifications
from riskwarn.tbtsps.drafts import draft_measure
from riskwarn.tbtsps.notifications import Done
from riskwarn.tbtsps.refusals import Refusal, life_rules
from riskwarn.tbtsps.routing import Outcome, Status, recommend
from riskwarn.text import LANGS, translator

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PEOPLE = {
    "officer1": "officer",
    "officer2": "officer",
    "boss": "supervisor",
    "boss2": "supervisor",
    "reader": "viewer",
    "admin": "administrator",
}
URGENT = draft(is_urgent=True, status=Status.IN_FORCE, boxes={"entry_into_force": "2026-11-22"})
FIELDS = {
    "hand_over": {"receipt": "MOFCOM 12"},
    "circulate": {"symbol": "G/SPS/N/CHN/1500", "day": "2026-11-22"},
    "receive_comment": {"member": "European Union", "text": "Why?", "day": "2026-11-22"},
    "adopt": {"day": "2026-11-22"},
    "enter_force": {"day": "2026-11-22"},
}


def with_people(store: CaseStore) -> CaseStore:
    with store.engine.begin() as con:
        for login, role in {**PEOPLE, "gone": "officer"}.items():
            row = {"login": login, "name": login, "unit_id": "gacc", "role": role, "is_active": login != "gone", "added_at": AT}
            con.execute(sa.insert(person).values(**row))
    return store


@pytest.fixture
def staffed(store: CaseStore) -> CaseStore:
    return with_people(store)


def done(version: int, by: str = "officer1", reason: str = "because") -> Done:
    return Done(by, AT, version, reason)


def through(store: CaseStore, number: int, *actions: str) -> notifications.Notification:
    now = notifications.get(store, number)
    for action in actions:
        by = "boss" if life.steps()[action].role == "supervisor" else "officer1"
        now = notifications.advance(store, number, action, done(now.version, by), FIELDS.get(action))
    return now


def refused(rule: str) -> Any:
    return pytest.raises(CaseError, check=lambda error: error.rule == rule and bool(error.text("zh_CN")) and bool(error.text("en")))


def sound(store: CaseStore) -> bool:
    with store.engine.connect() as con:
        return audit.verify(con) == []


def test_a_draft_goes_through_its_whole_life(staffed: CaseStore) -> None:
    made = notifications.create(staffed, URGENT, by="officer1", at=AT)
    assert (made.state, made.version, made.serial, made.draft) == ("draft", 1, "RW-W-000001", URGENT)
    now = through(staffed, made.notification_id, "submit", "approve", "hand_over", "circulate", "receive_comment")
    assert (now.state, now.symbol, now.circulated_on) == ("comments_received", "G/SPS/N/CHN/1500", DAY)
    with refused("unanswered"):
        notifications.advance(staffed, 1, "answer_comments", done(now.version))
    (received,) = notifications.comments(staffed, 1)
    notifications.answer(staffed, received["received_id"], "Because.", by="officer2", at=AT)
    with refused("answered"):
        notifications.answer(staffed, received["received_id"], "Again.", by="officer2", at=AT)
    now = through(staffed, 1, "answer_comments", "adopt", "enter_force", "withdraw")
    assert now.state == "withdrawn" and notifications.by_symbol(staffed, "G/SPS/N/CHN/1500") == now
    assert [s["action"] for s in notifications.steps_taken(staffed, 1)][:3] == ["create", "submit", "approve"]
    with staffed.engine.connect() as con:
        assert len(audit.trail(con, "notification 1")) == now.version + 1, "every step, and the answer"
    assert sound(staffed)


def test_an_addendum_gets_the_symbol_of_its_family(staffed: CaseStore) -> None:
    first = notifications.create(staffed, URGENT, by="officer1", at=AT)
    through(staffed, 1, "submit", "approve", "hand_over", "circulate")
    made = notifications.create(staffed, addendum(symbol="G/SPS/N/CHN/1500"), by="officer1", at=AT, parent_id=first.notification_id)
    now = through(staffed, made.notification_id, "submit", "approve", "hand_over")
    for symbol in ("G/SPS/N/CHN/1500", "G/SPS/N/CHN/1501/Add.1", "G/SPS/N/CHN/1500/Corr.1", "G/TBT/N/CHN/1500/Add.1", "x"):
        with refused("symbol"):
            notifications.advance(staffed, 2, "circulate", done(now.version), {"symbol": symbol, "day": "2026-11-22"})
    now = notifications.advance(staffed, 2, "circulate", done(now.version), {"symbol": " g/sps/n/chn/1500/add.1 ", "day": "2026-11-22"})
    assert now.symbol == "G/SPS/N/CHN/1500/Add.1" and now.parent_id == 1


def test_a_symbol_belongs_to_one_draft(staffed: CaseStore) -> None:
    for number in (1, 2):
        notifications.create(staffed, URGENT, by="officer1", at=AT)
        through(staffed, number, "submit", "approve", "hand_over")
    through(staffed, 1, "circulate")
    with refused("symbol_taken"):
        through(staffed, 2, "circulate")


def test_roles_second_person_and_deputies(staffed: CaseStore) -> None:
    for by, rule in (("reader", "role_needed"), ("admin", "role_needed"), ("nobody", "unknown_person"), ("gone", "unknown_person")):
        with refused(rule):
            notifications.create(staffed, URGENT, by=by, at=AT)
    notifications.create(staffed, URGENT, by="boss", at=AT)
    through(staffed, 1, "submit")
    with refused("second_person"):
        notifications.advance(staffed, 1, "approve", done(2, "boss"))
    with refused("role_needed"):
        notifications.advance(staffed, 1, "approve", done(2, "officer1"))
    with staffed.engine.begin() as con:
        row = {"login": "boss2", "deputy_login": "officer1", "from_on": DAY, "until_on": DAY + timedelta(1), "reason": "away"}
        con.execute(sa.insert(deputy), [row])
    assert notifications.advance(staffed, 1, "approve", done(2, "officer1")).state == "approved"


def test_an_edit_sends_a_draft_back_and_its_editor_may_not_approve_it(staffed: CaseStore) -> None:
    notifications.create(staffed, URGENT, by="officer1", at=AT)
    through(staffed, 1, "submit")
    now = notifications.edit(staffed, 1, {"title": "Better title", "regions": ""}, done(2, "boss"))
    assert (now.state, now.draft.boxes["title"], now.draft.boxes["regions"]) == ("draft", "Better title", "Not stated")
    notifications.edit(staffed, 1, {"regions": "India"}, done(3, "boss"))
    through(staffed, 1, "submit")
    with refused("second_person"):
        notifications.advance(staffed, 1, "approve", done(5, "boss"))
    assert notifications.advance(staffed, 1, "approve", done(5, "boss2")).state == "approved"
    notifications.create(staffed, URGENT, by="officer1", at=AT)
    with refused("box"):
        notifications.edit(staffed, 2, {"bribe": "x"}, done(1))


def test_the_second_of_two_is_told_what_changed(staffed: CaseStore) -> None:
    notifications.create(staffed, URGENT, by="officer1", at=AT)
    notifications.edit(staffed, 1, {"title": "Mine"}, done(1, "officer2"))
    with pytest.raises(Refusal, match=r"officer2: edit \(title\)") as caught:
        notifications.edit(staffed, 1, {"title": "No, mine"}, done(1))
    assert caught.value.rule == "changed" and notifications.get(staffed, 1).draft.boxes["title"] == "Mine"


def test_a_draft_that_breaks_a_rule_is_not_approved(staffed: CaseStore) -> None:
    notifications.create(staffed, draft(boxes={"comments_until": "10 days from circulation"}), by="officer1", at=AT)
    through(staffed, 1, "submit")
    with refused("breaches"):
        notifications.advance(staffed, 1, "approve", done(2, "boss"))


@pytest.mark.parametrize(
    ("action", "fields", "reason", "rule"),
    [
        ("circulate", {"symbol": "G/SPS/N/CHN/1"}, "r", "field"),
        ("circulate", {"symbol": "G/SPS/N/CHN/1", "day": "2026-11-23"}, "r", "day"),
        ("circulate", {"symbol": "G/SPS/N/CHN/1", "day": "22.11.2026"}, "r", "day"),
        ("circulate", {"symbol": "G/SPS/N/EU/1", "day": "2026-11-22"}, "r", "symbol"),
        ("return", {}, " ", "reason"),
        ("adopt", {"day": "2026-11-22"}, "r", "step"),
        ("teleport", {}, "r", "no_action"),
    ],
)
def test_steps_say_what_they_must(staffed: CaseStore, action: str, fields: dict[str, str], reason: str, rule: str) -> None:
    notifications.create(staffed, URGENT, by="officer1", at=AT)
    now = through(staffed, 1, "submit", "approve", "hand_over")
    with refused(rule):
        notifications.advance(staffed, 1, action, done(now.version, reason=reason), fields)
    assert notifications.get(staffed, 1) == now, "nothing was changed"


def test_hostile_text_is_kept_as_text(staffed: CaseStore) -> None:
    made = notifications.create(staffed, tbt({"title": "'); drop table notification; --"}), by="officer1", at=AT)
    notifications.edit(staffed, 1, {"description": "a\x00b\u202e" + "W" * 100_000}, done(1))
    found = notifications.get(staffed, made.notification_id).draft.boxes
    assert found["title"] == "'); drop table notification; --" and found["description"].startswith("abW")


ACTIONS = [*life.steps(), "teleport"]


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from([*PEOPLE, "nobody"]), st.booleans(), st.booleans()), max_size=25))
def test_no_illegal_state_is_reached_and_the_chain_holds(walk: list[tuple[str, str, bool, bool]]) -> None:
    with tempfile.TemporaryDirectory() as home, open_store(Settings(home=Path(home))) as store:
        with_people(store)
        notifications.create(store, URGENT, by="officer1", at=AT)
        for action, by, tells, is_stale in walk:
            before = notifications.get(store, 1)
            seen = before.version - 1 if is_stale and before.version > 1 else before.version
            try:
                if action == "edit":
                    after = notifications.edit(store, 1, {"title": "T"}, done(seen, by))
                else:
                    after = notifications.advance(
                        store, 1, action, done(seen, by, "r" if tells else ""), FIELDS.get(action) if tells else None
                    )
            except CaseError:
                assert notifications.get(store, 1) == before
                continue
            step = life.steps()[action]
            assert (seen, after.version) == (before.version, before.version + 1)
            assert before.state in step.from_states and after.state == step.to_state
            assert PEOPLE[by] == "supervisor" or (step.role == "officer" and PEOPLE[by] == "officer")
            if action == "approve":
                authors = [s["actor"] for s in notifications.steps_taken(store, 1) if s["action"] in ("create", "edit")]
                assert by not in (authors[0], authors[-1])
        assert sound(store)


def test_the_life_is_whole() -> None:
    found = life.steps().values()
    used = {state for step in found for state in (*step.from_states, step.to_state)}
    assert used == set(life.states()) == set(life_rules()["states_zh"]) == set(life_rules()["states_en"])
    said = {field for step in life.steps().values() for field in step.fields} | {"reason"}
    assert set(life.steps()) | said == set(life_rules()["steps_zh"]) == set(life_rules()["steps_en"])
    reached, grown = {life.start()}, True
    while grown:
        more = {step.to_state for step in found if set(step.from_states) & reached}
        grown, reached = not more <= reached, reached | more
    assert reached == set(life.states()), "every state can be reached"
    assert life.possible("withdrawn") == ()
    assert life.steps()["approve"].needs_second_person and life.steps()["approve"].role == "supervisor"


def test_every_state_has_its_words_in_both_languages() -> None:
    words = [f"comment {state}" for state in ("draft", "reviewed", "sent", "dropped")] + [f"concern {s}" for s in concerns.STATES]
    words += [f"exchange {kind}" for kind in comments.EXCHANGES] + [f"outcome {outcome}" for outcome in Outcome]
    words += [f"notice {state}" for state in ("draft", "signed", "void")] + ["breach error", "breach advice"]
    assert [(word, lang) for word in words for lang in LANGS if translator(lang)(word) == word] == []
    told = life_rules()["refusals"]
    assert all(text["zh"] and text["en"] for text in told.values())


# Comments on foreign measures

EU = "G/TBT/N/EU/900"


def comment(store: CaseStore, **changes: Any) -> comments.Comment:
    said: dict[str, Any] = {
        "source": ("enterprise", "某玩具厂"),
        "texts": ("期限太短。", "The period is too short."),
        "by": "officer1",
        **changes,
    }
    return comments.collect(store, said.pop("symbol", EU), at=AT, **said)


def test_a_comment_is_drafted_reviewed_by_another_and_sent(staffed: CaseStore) -> None:
    first = comment(staffed, texts=("期限太短。", ""))
    with refused("empty"):
        comments.move(staffed, first.comment_id, 1, "review", by="boss", at=AT)
    written = comments.rewrite(staffed, 1, 1, text_zh=None, text_en="Too short.", by="boss", at=AT)
    with refused("second_person"):
        comments.move(staffed, 1, written.version, "review", by="boss", at=AT)
    with refused("role_needed"):
        comments.move(staffed, 1, written.version, "review", by="officer2", at=AT)
    with refused("changed"):
        comments.move(staffed, 1, 1, "review", by="boss2", at=AT)
    reviewed = comments.move(staffed, 1, written.version, "review", by="boss2", at=AT)
    with refused("state"):
        comments.rewrite(staffed, 1, reviewed.version, text_zh=None, text_en="x", by="officer1", at=AT)
    sent = comments.move(staffed, 1, reviewed.version, "send", by="officer1", at=AT)
    assert (sent.state, sent.reviewed_by, sent.sent_on, sent.text_zh) == ("sent", "boss2", DAY, "期限太短。")
    assert sound(staffed)


def test_the_export_holds_reviewed_comments_without_names(staffed: CaseStore) -> None:
    comment(staffed)
    comment(staffed, symbol=f"{EU}/Add.1", source=("expert", "张教授"), texts=("", "Also wrong."))
    comments.move(staffed, 1, 1, "review", by="boss", at=AT)
    found, _ = comments.of_family(staffed, f"{EU}/Add.1")
    assert len(found) == 2, "the family is one"
    text = comments.export_text(EU, found, DAY)
    assert "The period is too short." in text and "Also wrong." not in text and "玩具厂" not in text
    assert "No comment has been reviewed" in comments.export_text(EU, [], DAY)


def test_what_passed_with_the_member_is_kept_in_order(staffed: CaseStore) -> None:
    comments.exchange(staffed, EU, "extension_request", "30 days more, please.", on=DAY, by="officer1", at=AT)
    later = date(2027, 2, 1)
    comments.exchange(staffed, EU, "extension_reply", "Granted.", on=DAY, by="officer1", at=AT, new_deadline_on=later)
    _, passed = comments.of_family(staffed, EU)
    assert [row["kind"] for row in passed] == ["extension_request", "extension_reply"]
    assert comments.extended_deadlines(staffed) == {EU: later}
    for changes, rule in (
        ({"kind": "bribe"}, "choice"),
        ({"text": " "}, "empty"),
        ({"on": DAY + timedelta(1)}, "day"),
        ({"symbol": "G/TBT/N/CHN/1"}, "own_measure"),
    ):
        said: dict[str, Any] = {"symbol": EU, "kind": "reply", "text": "x", "on": DAY, **changes}
        with refused(rule):
            comments.exchange(staffed, said.pop("symbol"), said.pop("kind"), said.pop("text"), by="officer1", at=AT, **said)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"symbol": "TBT 900"}, "foreign_symbol"),
        ({"source": ("ghost", "x")}, "choice"),
        ({"source": ("expert", " ")}, "empty"),
        ({"texts": ("", "")}, "empty"),
        ({"by": "reader"}, "role_needed"),
    ],
)
def test_a_comment_needs_a_measure_a_source_and_a_text(staffed: CaseStore, changes: dict[str, Any], rule: str) -> None:
    with refused(rule):
        comment(staffed, **changes)


def test_trade_concerns_are_followed(staffed: CaseStore) -> None:
    said: dict[str, Any] = {"on": DAY, "meeting": "TBT Committee", "supporters": ["Brazil"], "by": "officer1", "at": AT}
    made = concerns.raise_concern(staffed, f"{EU}/Add.1", "Toys", "Too strict.", **said)
    assert (made.family, made.agreement, made.supporters) == (EU, "TBT", ["Brazil"])
    now = concerns.follow(staffed, made.concern_id, 1, "resolved", "Period extended.", by="officer2", at=AT)
    assert (now.state, now.version) == ("resolved", 2) and concerns.every(staffed) == [now]
    with refused("changed"):
        concerns.follow(staffed, made.concern_id, 1, "discussed", "", by="officer1", at=AT)
    with refused("choice"):
        concerns.follow(staffed, made.concern_id, 2, "won", "", by="officer1", at=AT)
    with refused("unknown"):
        concerns.get(staffed, 99)
    with refused("empty"):
        concerns.raise_concern(staffed, EU, " ", "x", **said)
    assert sound(staffed)


def test_both_drafts_of_one_measure_live_apart(staffed: CaseStore) -> None:
    asked = question()
    for way in recommend(asked).ways:
        notifications.create(staffed, draft_measure(FACTS, asked, way), by="officer1", at=AT)
    assert [n.notification_id for n in notifications.every(staffed)] == [1]
    with refused("unknown"):
        notifications.get(staffed, 2)
