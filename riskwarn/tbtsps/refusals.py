"""What the rules refuse, with the rule's name and its text in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from riskwarn.cases.errors import CaseError
from riskwarn.documents import Both
from riskwarn.places import PACKAGE
from riskwarn.text import Lang


@cache
def life_rules() -> dict[str, Any]:
    """The reviewed file of states, steps and refusals."""
    return tomllib.loads((PACKAGE / "tbtsps" / "life.toml").read_text(encoding="utf-8"))


class Refusal(CaseError):
    """A person asked for something that a rule of life.toml forbids; nothing was changed."""

    def __init__(self, rule: str, **fields: object) -> None:
        super().__init__(**fields)
        self.rule = rule

    def text(self, lang: Lang) -> str:
        told = life_rules()["refusals"][self.rule]["en" if lang == "en" else "zh"]
        values = {name: value.in_(lang) if isinstance(value, Both) else value for name, value in self.values.items()}
        if "what" in values:
            values["what"] = life_rules()["things_en" if lang == "en" else "things_zh"][values["what"]]
        return str(told.format(**values))


def step_name(name: str) -> Both:
    """A step, or what it must say, as people read it."""
    rules = life_rules()
    return Both(rules["steps_zh"].get(name, name), rules["steps_en"].get(name, name))


def state_name(state: str) -> Both:
    """A state as people read it."""
    rules = life_rules()
    return Both(rules["states_zh"].get(state, state), rules["states_en"].get(state, state))
