"""What the rules refuse, with the rule's name and its text in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from riskwarn.documents import Both
from riskwarn.places import PACKAGE
from riskwarn.text import Lang


@cache
def life_rules() -> dict[str, Any]:
    """The reviewed file of states, steps and refusals."""
    return tomllib.loads((PACKAGE / "tbtsps" / "life.toml").read_text(encoding="utf-8"))


class Refusal(Exception):
    """A person asked for something that a rule forbids; nothing was changed."""

    def __init__(self, rule: str, **fields: object) -> None:
        text = life_rules()["refusals"][rule]
        zh = {name: value.zh if isinstance(value, Both) else value for name, value in fields.items()}
        en = {name: value.en if isinstance(value, Both) else value for name, value in fields.items()}
        self.rule = rule
        self.text = Both(text["zh"].format(**zh), text["en"].format(**en))
        super().__init__(self.text.en)

    def said(self, lang: Lang) -> str:
        return self.text.in_(lang)


def state_name(state: str) -> Both:
    """A state as people read it."""
    rules = life_rules()
    return Both(rules["states_zh"].get(state, state), rules["states_en"].get(state, state))
