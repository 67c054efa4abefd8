"""The life of a warning as reviewed data (lifecycle.toml), read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from riskwarn.cases.people import ROLES, Role
from riskwarn.cases.reviewed import demand, read_reviewed
from riskwarn.model import Colour
from riskwarn.workdays import workdays_after

State = Literal["raised", "under_review", "watching", "verified", "dismissed", "joint_assessment", "approved", "issued", "lifted", "closed"]
STATES: tuple[State, ...] = get_args(State)
COLOURS = tuple(colour.value for colour in Colour)  # gravest first
# After one of these the machine no longer closes or absorbs the warning by itself, until it is closed by a person.
DECIDING = (
    "review", "watch", "verify", "dismiss", "assess", "approve", "send_back", "issue", "act_first", "countersign", "lift", "reopen",
)  # fmt: skip
RELEASING = ("close",)
# These leave the state as it is, and the warning to the machine if nothing was decided before.
STAYING = (
    "regrade", "acknowledge", "take", "assign", "report_up", "hand_over", "receive", "answer", "note", "follow_up", "attach",
    "take_measure", "end_measure", "start_plan", "plan_step",
)  # fmt: skip
ACTIONS = (*DECIDING, *RELEASING, *STAYING)
NEEDS = ("evidence_seen", "countersign_open", "countersigned", "measures_ended", "answers_in")
MEANINGS = ("right", "wrong", "neither")


@dataclass(frozen=True)
class Rule:
    """One step: the states it leads from, the state it leads to, who may take it and what must hold."""

    action: str
    from_states: frozenset[str]
    to: str | None  # None: the case stays in its state
    role: Role
    fields: tuple[str, ...] = ()  # what the step must say
    colours: tuple[str, ...] = COLOURS  # only where neither the case nor the machine's newest word is of another colour
    only_colours: tuple[str, ...] = COLOURS  # only for a case of these colours
    second_person_to: tuple[str, ...] = ()  # where a second person is needed: nobody who took one of these steps
    never_by_who_did: tuple[str, ...] = ()  # whatever the colour
    needs: tuple[str, ...] = ()
    takes_note: bool = False  # whoever takes the step has looked at the machine's newest word
    is_addition: bool = False  # only adds: no version needed


@dataclass(frozen=True)
class Lifecycle:
    """The rules in force."""

    rules: tuple[Rule, ...]
    due: Mapping[str, Mapping[str, int]]
    second_person_colours: frozenset[str]
    reason_classes: Mapping[str, str]
    observed_times: float
    observed_more: float
    information_colour: str

    def rule(self, action: str, state: str) -> Rule | None:
        """The rule of a step from a state; None where it does not lead on from there."""
        return next((rule for rule in self.rules if rule.action == action and state in rule.from_states), None)

    def moves_from(self, state: str) -> tuple[str, ...]:
        """The actions that a state allows besides what merely adds, in the order of the file."""
        return tuple(dict.fromkeys(rule.action for rule in self.rules if state in rule.from_states and not rule.is_addition))

    def due_on(self, what: str, colour: str, since: date) -> date | None:
        """The last working day on which a thing that began on ``since`` is in time; None where there is no limit."""
        days = self.due.get(what)
        return None if days is None else workdays_after(since, days[colour])


def gravest(*colours: str | None) -> str:
    """The gravest of some colours (None: no word)."""
    return min((c for c in colours if c is not None), key=COLOURS.index)


@cache
def load_lifecycle(config: Path | None = None) -> Lifecycle:
    """The rules in force; raises ReviewedDataError where they do not fit together."""
    path, read = read_reviewed("lifecycle.toml", config)
    rules = tuple(_rule(entry, path) for entry in read["step"])
    for action in ACTIONS:
        mine = [rule for rule in rules if rule.action == action]
        demand(bool(mine), path, f"no step {action}")
        states = [state for rule in mine for state in rule.from_states]
        demand(len(states) == len(set(states)), path, f"{action}: two rules lead from the same state")
    for what, days in read["due"].items():
        demand(what in (*STATES, "countersign", "answer"), path, f"due: unknown {what}")
        demand(set(days) == set(COLOURS) and all(n >= 0 for n in days.values()), path, f"due.{what}: days for {', '.join(COLOURS)}")
    classes = read["reason_classes"]
    demand(set(classes.values()) <= set(MEANINGS), path, f"reason_classes say one of {', '.join(MEANINGS)}")
    again, second = read["review_again"], frozenset(read["second_person"]["colours"])
    demand(second <= set(COLOURS) and read["information"]["colour"] in COLOURS, path, f"colours are {', '.join(COLOURS)}")
    return Lifecycle(
        rules, read["due"], second, classes, float(again["observed_times"]), float(again["observed_more"]), read["information"]["colour"]
    )


def _rule(entry: dict[str, Any], path: Path) -> Rule:
    action = entry["action"]
    known = {field.name for field in fields(Rule)} - {"from_states"} | {"from"}
    demand(set(entry) <= known, path, f"{action}: unknown {', '.join(sorted(set(entry) - known))}")
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    given = {name: lists.get(name, value) for name, value in entry.items() if name not in ("from", "to")}
    rule = Rule(**given, from_states=frozenset(entry["from"]), to=entry.get("to"))
    demand(action in ACTIONS, path, f"unknown action {action}")
    demand(rule.from_states | {rule.to or "raised"} <= set(STATES), path, f"{action}: unknown state")
    demand((rule.to is None) == (action in STAYING), path, f"{action}: 'to' is for steps that move a case")
    demand(rule.role in ROLES, path, f"{action}: unknown role {rule.role}")
    demand({*rule.colours, *rule.only_colours} <= set(COLOURS), path, f"{action}: unknown colour")
    demand({*rule.second_person_to, *rule.never_by_who_did} <= set(ACTIONS), path, f"{action}: another person than who did what?")
    demand(set(rule.needs) <= set(NEEDS), path, f"{action}: needs one of {', '.join(NEEDS)}")
    return rule
