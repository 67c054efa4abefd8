"""The life of a draft as reviewed data (life.toml): pure, it knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from riskwarn.cases.people import Role, role_of
from riskwarn.tbtsps.refusals import Refusal, life_rules, state_name, step_name


@dataclass(frozen=True)
class Step:
    """A step that a person may take: from which states, to which, and what it needs."""

    action: str
    from_states: tuple[str, ...]
    to_state: str
    role: Role  # officer | supervisor
    needs_reason: bool
    needs_second_person: bool
    needs_valid: bool  # no breach of the form's rules
    needs_answers: bool  # every comment answered
    fields: tuple[str, ...]


@cache
def steps() -> dict[str, Step]:
    found = (
        Step(
            action=told["action"],
            from_states=tuple(told["from"]),
            to_state=told["to"],
            role=role_of(told["role"]),
            needs_reason=told.get("reason", False),
            needs_second_person=told.get("second_person", False),
            needs_valid=told.get("valid", False),
            needs_answers=told.get("all_answered", False),
            fields=tuple(told.get("fields", ())),
        )
        for told in life_rules()["step"]
    )
    return {step.action: step for step in found}


def states() -> tuple[str, ...]:
    return tuple(life_rules()["states"])


def start() -> str:
    return str(life_rules()["start"])


def step_from(state: str, action: str) -> Step:
    """The step, if it may be taken from ``state``; raises Refusal."""
    step = steps().get(action)
    if step is None:
        raise Refusal("no_action", step=action, actions=", ".join(steps()))
    if state not in step.from_states:
        raise Refusal("step", step=step_name(action), at=state_name(state))
    return step


def possible(state: str) -> tuple[str, ...]:
    """The steps that may be taken from ``state``."""
    return tuple(action for action, step in steps().items() if state in step.from_states)
