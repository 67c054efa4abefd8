"""The colour of a warning by one visible rule (levels.toml): severity of the hazard x strength of the signal, and spread.

``risk_level`` says what the hazard can do, ``signal_strength`` how unusual the count is; the colour is derived from both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from riskwarn.assess.wording import number, probability
from riskwarn.model import Colour
from riskwarn.places import PACKAGE
from riskwarn.text import Lang, translator

ORDER = (Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.RED)


@dataclass(frozen=True)
class Facts:
    """What the rule looks at. ``severity`` is None where no hazard was recorded; ``deaths`` only counts for rule indicators."""

    is_rule: bool
    severity: int | None
    p_value: float | None
    ratio_lower: float
    origins: int
    ports: int
    enterprises: int
    deaths: int


@dataclass(frozen=True)
class Level:
    """The rule's result. ``spread_by`` names what raised the colour one step, or is empty."""

    colour: Colour
    risk_level: str
    signal_strength: str
    spread_by: str
    facts: Facts


@cache
def rule() -> dict[str, Any]:
    """The rule as written down."""
    loaded = tomllib.loads((PACKAGE / "assess" / "levels.toml").read_text(encoding="utf-8"))
    if not isinstance(loaded["next_review"], date):
        raise TypeError("levels.toml: next_review must be a date")
    return loaded


def strength(p_value: float | None, ratio_lower: float) -> str:
    """How unusual the count is: strong, moderate or weak."""
    for name in ("strong", "moderate"):
        limits = rule()["strength"][name]
        if p_value is not None and p_value <= limits["p_value"] and ratio_lower >= limits["ratio_lower"]:
            return name
    return "weak"


def level_of(facts: Facts) -> Level:
    """Applies the rule."""
    written = rule()
    severity = facts.severity or int(written["unknown"]["severity"])
    if facts.is_rule:
        grave = written["grave"]["death"] if facts.deaths else written["grave"]["severe"]
        return Level(Colour(grave), "serious", "none", "", facts)
    how_strong = strength(facts.p_value, facts.ratio_lower)
    colour = Colour(written["colour"][str(severity)][how_strong])
    spread_by = next((name for name in ("origins", "ports", "enterprises") if getattr(facts, name) >= written["spread"][name]), "")
    raised = ORDER[min(ORDER.index(colour) + 1, ORDER.index(Colour.ORANGE))]
    if spread_by and ORDER.index(raised) > ORDER.index(colour):
        colour = raised
    else:
        spread_by = ""
    return Level(colour, written["risk_level"][str(severity)], how_strong, spread_by, facts)


def because(level: Level, lang: Lang) -> str:
    """The rule as applied, in one sentence: "orange because ..."."""
    _ = translator(lang)
    facts = level.facts
    colour = _(f"colour {level.colour}")
    if facts.is_rule:
        text = _("{colour} because of a death") if facts.deaths else _("{colour} because of an injury or accident of the gravest class")
        return text.format(colour=colour)
    parts = [_harm(facts, _), _signal(level, lang)]
    if level.spread_by:
        parts.append(_(f"spread over {{count}} {level.spread_by} (one colour higher)").format(count=getattr(facts, level.spread_by)))
    return _("{colour} because {parts}").format(colour=colour, parts=_("list separator").join(parts))


def _harm(facts: Facts, _: Callable[[str], str]) -> str:
    if facts.severity is None:
        return _("the hazard is not recorded (judged as severity {severity} of 4)").format(severity=rule()["unknown"]["severity"])
    return _("the hazard has severity {severity} of 4").format(severity=facts.severity)


def _signal(level: Level, lang: Lang) -> str:
    _ = translator(lang)
    return _("the signal is {strength} (p = {p}, at least {ratio} times the usual)").format(
        strength=_(f"word {level.signal_strength}"),
        p=probability(level.facts.p_value if level.facts.p_value is not None else 1.0, lang),
        ratio=number(level.facts.ratio_lower, lang, 1),
    )
