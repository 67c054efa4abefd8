"""The colour of a warning by one visible rule (levels.toml): harm x strength of the signal, raised by urgency or influence.

``risk_level`` says what the hazard can do, ``signal_strength`` how unusual the count is; the colour is derived from both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from riskwarn.assess.harm import Scenario
from riskwarn.assess.wording import number, probability
from riskwarn.model import Colour
from riskwarn.places import PACKAGE
from riskwarn.text import Lang, translator

ORDER = (Colour.BLUE, Colour.YELLOW, Colour.ORANGE, Colour.RED)
SPREAD = ("origins", "ports", "enterprises", "regions")


@dataclass(frozen=True)
class Facts:
    """What the rule looks at.

    ``worst``: the gravest scenario, None where no hazard was recorded. ``halves``: events of the earlier and the later half of the
    window. ``online``: complaints about goods bought online, of ``complaints`` in all. ``lots``: declared in the window.
    ``deaths`` only counts for rule indicators.
    """

    is_rule: bool
    worst: Scenario | None
    p_value: float | None
    ratio_lower: float
    origins: int = 1
    ports: int = 1
    enterprises: int = 1
    regions: int = 1
    halves: tuple[int, int] = (0, 0)
    online: int = 0
    complaints: int = 0
    lots: int = 0
    deaths: int = 0


@dataclass(frozen=True)
class Level:
    """The rule's result. ``raised_by`` names what made the colour one step higher, or is empty."""

    colour: Colour
    risk_level: str
    signal_strength: str
    raised_by: str
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
    if facts.is_rule:
        grave = written["grave"]["death"] if facts.deaths else written["grave"]["severe"]
        return Level(Colour(grave), "serious", "none", "", facts)
    risk = facts.worst.risk if facts.worst else str(written["unknown"]["risk"])
    how_strong = strength(facts.p_value, facts.ratio_lower)
    colour = Colour(written["colour"][risk][how_strong])
    raised_by = raising(facts)
    raised = ORDER[min(ORDER.index(colour) + 1, ORDER.index(Colour.ORANGE))]
    if raised_by and ORDER.index(raised) > ORDER.index(colour):
        return Level(raised, risk, how_strong, raised_by, facts)
    return Level(colour, risk, how_strong, "", facts)


def raising(facts: Facts) -> str:
    """The first criterion of urgency or influence that holds: rising | origins | ports | enterprises | regions | online | volume | ''."""
    limits = rule()["raise"]
    earlier, later = facts.halves
    if later >= limits["rising"]["times"] * earlier and later - earlier >= limits["rising"]["more_events"]:
        return "rising"
    for name in SPREAD:
        if getattr(facts, name) >= limits["spread"][name]:
            return name
    if facts.online >= limits["online"]["events"] and facts.online >= limits["online"]["share"] * facts.complaints:
        return "online"
    return "volume" if facts.lots >= limits["volume"]["lots"] else ""


def because(level: Level, lang: Lang) -> str:
    """The rule as applied, in one sentence: "orange because ..."."""
    _ = translator(lang)
    facts = level.facts
    colour = _(f"colour {level.colour}")
    if facts.is_rule:
        text = _("{colour} because of a death") if facts.deaths else _("{colour} because of an injury or accident of the gravest class")
        return text.format(colour=colour)
    parts = [_harm(facts, _, lang), _signal(level, lang)]
    if level.raised_by:
        parts.append(_raised(level, lang))
    return _("{colour} because {parts}").format(colour=colour, parts=_("list separator").join(parts))


def _harm(facts: Facts, _: Callable[[str], str], lang: Lang) -> str:
    worst = facts.worst
    if worst is None:
        return _("the hazard is not recorded (judged as severity {severity} of 4)").format(severity=rule()["unknown"]["severity"])
    text = _("the hazard has severity {severity} of 4").format(severity=worst.severity)
    if worst.vulnerable:
        text += _(" (raised for {users})").format(users=_(f"users {worst.vulnerable}"))
    if worst.matrix_risk and worst.injury and worst.injury.is_reviewed:
        values = {"risk": _(f"risk {worst.risk}"), "p": probability(worst.p_harm or 0.0, lang)}
        text += _(", by the matrix the risk is {risk} (probability of harm {p})").format(**values)
    elif worst.hazard_class in ("acute", "chronic", "hygiene", "formal", "quarantine"):
        text += _(" ({kind})").format(kind=_(f"hazard class {worst.hazard_class}"))
    return text


def _signal(level: Level, lang: Lang) -> str:
    _ = translator(lang)
    return _("the signal is {strength} (p = {p}, at least {ratio} times the usual)").format(
        strength=_(f"word {level.signal_strength}"),
        p=probability(level.facts.p_value if level.facts.p_value is not None else 1.0, lang),
        ratio=number(level.facts.ratio_lower, lang, 1),
    )


def _raised(level: Level, lang: Lang) -> str:
    _ = translator(lang)
    facts = level.facts
    if level.raised_by in SPREAD:
        return _(f"spread over {{count}} {level.raised_by} (one colour higher)").format(count=getattr(facts, level.raised_by))
    values = {
        "earlier": facts.halves[0], "later": facts.halves[1],
        "online": facts.online, "complaints": facts.complaints, "lots": number(facts.lots, lang),
    }  # fmt: skip
    return _(f"raised by {level.raised_by}").format(**values)
