"""Whatever officers try, in whatever order: no illegal state, no red or orange approved by one person, the audit chain whole, nothing lost.

The rules are told here a second time, plainly, and compared after every step with what the store did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from case_stores import AT, DATABASES, NIGHT, act, chain, hire, listed, seen_at, settings_on
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from riskwarn.cases import CaseError, open_store
from riskwarn.cases.errors import Conflict
from riskwarn.cases.lifecycle import ACTIONS, STATES
from riskwarn.cases.reading import steps_of

PEOPLE = ("shanghai", "shanghai_head", "shanghai_deputy_head", "hq_head", "reader", "shenzhen_head", "nobody")
COLOURS = ("red", "orange", "yellow", "blue")
WAYS = {  # state -> states that one step may lead to
    "raised": {"under_review"},
    "under_review": {"watching", "verified", "dismissed", "issued"},
    "watching": {"under_review"},
    "verified": {"dismissed", "joint_assessment", "approved", "issued"},
    "dismissed": {"closed", "under_review"},
    "joint_assessment": {"dismissed", "approved", "under_review", "issued"},
    "approved": {"under_review", "issued"},
    "issued": {"lifted"},
    "lifted": {"closed", "under_review"},
    "closed": {"under_review"},
}
SAID = st.fixed_dictionaries(
    {
        "reason": st.sampled_from(["", "because", "'); drop table case_step; --"]),
        "until": st.sampled_from([None, AT.date(), date(2026, 12, 31)]),
        "reason_class": st.sampled_from([None, "chance", "mood"]),
        "participants": st.sampled_from([(), ("a",), ("a", "a"), ("a", "b")]),
        "opinion": st.sampled_from(["", "real"]),
        "scope": st.sampled_from([None, "regional", "national"]),
        "colour": st.sampled_from([None, *COLOURS]),
        "assignee": st.sampled_from([None, "shanghai", "reader"]),
        "to_unit": st.sampled_from([None, "samr", "shanghai"]),
        "hand_over": st.sampled_from([None, 1, 9]),
        "text": st.sampled_from(["", "told"]),
        "kind": st.sampled_from([None, "recall", "lot_by_lot"]),
        "goods": st.sampled_from([None, "industrial"]),
        "scope_text": st.sampled_from(["", "toys"]),
        "starts": st.just(AT.date()),
        "ends": st.sampled_from([None, AT.date()]),
        "measure": st.sampled_from([None, 1]),
        "plan_step": st.sampled_from([None, 1]),
    }
)
ADDING = ("receive", "answer", "note", "follow_up", "attach", "take_measure", "end_measure", "start_plan", "plan_step")
# Where a person who means well goes from a state, all that is needed said: gets far, where wild tries do not.
ONWARD = {
    "raised": ("review",),
    "under_review": ("verify", "verify", "regrade", "act_first", "watch"),
    "watching": ("review",),
    "verified": ("assess", "approve", "regrade", "act_first"),
    "joint_assessment": ("approve", "approve", "regrade", "acknowledge"),
    "approved": ("issue", "acknowledge"),
    "issued": ("lift", "countersign", "acknowledge"),
    "lifted": ("close", "reopen"),
    "dismissed": ("reopen", "close"),
    "closed": ("reopen",),
}
COMPLETE: dict[str, Any] = {
    "reason": "because",
    "until": date(2026, 12, 31),
    "participants": ("a", "b"),
    "opinion": "real",
    "scope": "regional",
}


class Life(RuleBasedStateMachine):
    """One warning, several people, the machine; ``self.log`` is the plain second account of what happened."""

    database = "sqlite"

    @initialize(level=st.sampled_from(COLOURS))
    def begin(self, level: str) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        made = self.stack.enter_context(settings_on(self.database, folder / "home"))
        self.store = self.stack.enter_context(open_store(made))
        hire(self.store)
        self.night, self.state, self.version, self.log = NIGHT, "raised", 0, list[dict[str, Any]]()
        self.machine_says(level, 12)

    @rule(level=st.sampled_from(COLOURS), observed=st.sampled_from([10, 12, 30]))
    def machine_says(self, level: str, observed: float) -> None:
        self.store.follow(listed(level=level, observed=observed), self.night, seen_at("2201"))
        self.night += timedelta(days=1)
        self.level = level

    @rule(by=st.sampled_from(PEOPLE[:4]), pick=st.integers(0, 4), colour=st.sampled_from(COLOURS), behind=st.sampled_from([0, 0, 0, 1]))
    def somebody_goes_on(self, by: str, pick: int, colour: str, behind: int) -> None:
        self.somebody_acts(ONWARD[self.state][pick % len(ONWARD[self.state])], by, {**COMPLETE, "colour": colour}, behind)

    @rule(by=st.sampled_from(PEOPLE[1:4]), pick=st.integers(0, 4), colour=st.just("red"))
    def a_supervisor_goes_on(self, by: str, pick: int, colour: str) -> None:
        self.somebody_goes_on(by, pick, colour, 0)

    @rule(action=st.sampled_from(ACTIONS), by=st.sampled_from(PEOPLE), said=SAID, behind=st.sampled_from([0, 0, 0, 1]))
    def somebody_tries(self, action: str, by: str, said: dict[str, Any], behind: int) -> None:
        self.somebody_acts(action, by, said, behind)

    def somebody_acts(self, action: str, by: str, said: dict[str, Any], behind: int) -> None:
        before, behind = self.store.case("E1"), min(behind, self.version)
        try:
            taken = act(self.store, action, by, version=self.version - behind, **said)
        except CaseError as error:
            assert error.text("en").strip() != error.text("zh_CN").strip()
            assert self.store.case("E1") == before
            assert not behind or isinstance(error, Conflict) or action in ADDING
            return
        assert by not in ("reader", "nobody", "shenzhen_head")
        assert not behind or action in ADDING  # nothing else may be done on an old view
        assert taken.state == self.state or taken.state in WAYS[self.state]
        gravest = min(before.colour, self.level, key=COLOURS.index)
        if action == "approve":
            self.check_approval(by, gravest)
        if action == "act_first":
            assert before.colour == "red"
        if action == "countersign":
            assert by != next(step["by"] for step in reversed(self.log) if step["action"] == "act_first")
        if taken.state == "lifted" and self.state == "issued":
            acted = [step["action"] for step in self.log if step["action"] in ("act_first", "countersign")]
            assert not acted or acted[-1] == "countersign"
        self.log.append({"action": action, "by": by, "state": taken.state, "reason": said["reason"].strip()})
        self.state, self.version = taken.state, taken.version

    def check_approval(self, by: str, gravest: str) -> None:
        did = {step["by"] for step in self.log if step["action"] in ("verify", "assess")}
        assert by not in {step["by"] for step in self.log if step["action"] == "regrade"}
        assert by.endswith("_head")
        if gravest in ("red", "orange"):
            assert by not in did
            assert self.state == "joint_assessment"

    @precondition(lambda self: self.version > 0)
    @rule(by=st.sampled_from(PEOPLE[:2]))
    def two_at_once(self, by: str) -> None:
        """Both saw the same version: the second is refused and told of the first."""
        seen = self.version
        try:
            act(self.store, "take", by, version=seen)
        except CaseError:
            return
        self.log.append({"action": "take", "by": by, "state": self.state, "reason": ""})
        self.version += 1
        with pytest.raises(Conflict) as refused:
            act(self.store, "take", "hq_head", version=seen)
        assert [(c["actor"], c["action"]) for c in refused.value.changes] == [(by, "take")]

    @invariant()
    def nothing_is_lost_and_the_chain_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        case = self.store.case("E1")
        assert (case.state, case.version) == (self.state, self.version)
        assert case.state in STATES
        with self.store.engine.connect() as con:
            kept = [{"action": s["action"], "by": s["actor"], "state": s["to_state"], "reason": s["reason"]} for s in steps_of(con, "E1")]
        assert kept == self.log
        assert chain(self.store) == []

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


class LifeOnPostgres(Life):
    database = "postgresql"


@pytest.fixture(params=DATABASES)
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[type[Life]]:
    with settings_on(request.param, tmp_path):  # skips where there is none
        yield LifeOnPostgres if request.param == "postgresql" else Life


def test_no_order_of_steps_breaks_the_rules(life: type[Life]) -> None:
    count = 20 if life is Life else 6  # PostgreSQL makes its tables anew each time
    phases = (Phase.explicit, Phase.reuse, Phase.generate)  # making a failure shorter takes minutes, and the log is plain enough
    how = settings(max_examples=count, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), phases=phases)
    run_state_machine_as_test(life, settings=how)
