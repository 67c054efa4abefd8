"""How firm a colour is: the rule's own table with the place where the warning stands, and what it would take to move it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riskwarn.assess.levels import ORDER, rule, strength
from riskwarn.model import Colour
from riskwarn.web.night import Row

RISKS = ("serious", "high", "medium", "low")
STRENGTHS = ("strong", "moderate", "weak")
LEFT_OUT = ("enterprise", "port")


@dataclass(frozen=True)
class Cell:
    """A colour of the rule's table. ``is_here``: where the warning stands; ``is_near``: where the matrix could also put its risk."""

    colour: str
    is_here: bool
    is_near: bool


@dataclass(frozen=True)
class Without:
    """The warning without its largest contributor: its p-value then, the strength and the colour if nothing else changed, and whether the
    warning would go on. ``colour`` is None where the signal would no longer count at all."""

    dimension: str
    code: str
    events: int
    p_value: float
    stands: bool
    colour: str | None


@dataclass(frozen=True)
class Firmness:
    """``table``: colours by risk (rows) and strength (columns). ``is_raised``: urgency or influence made the colour one step higher."""

    table: dict[str, dict[str, Cell]]
    is_raised: bool
    limits: dict[str, dict[str, float]]
    without: tuple[Without, ...]
    risks: tuple[str, ...]  # where the matrix could put the risk, the gravest first; one where it could only be what it is


def firmness(row: Row, explanation: Row | None, scenarios: list[Row]) -> Firmness | None:
    """None for a grave event: its colour comes from the event itself, not from a count."""
    written = rule()
    risk, how_strong = row["risk_level"], row["signal_strength"]
    if risk not in written["colour"] or how_strong not in STRENGTHS:
        return None
    plain = Colour(written["colour"][risk][how_strong])
    is_raised = row["level"] != plain.value
    near = _near(scenarios, risk)

    def cell(one: str, word: str) -> Cell:
        colour = _raised(Colour(written["colour"][one][word]), is_raised)
        return Cell(colour, (one, word) == (risk, how_strong), one in near and word == how_strong)

    table = {one: {word: cell(one, word) for word in STRENGTHS} for one in RISKS}
    limits = {name: written["strength"][name] for name in STRENGTHS[:2]}
    return Firmness(table, is_raised, limits, _without(row, explanation, is_raised), near)


def _raised(colour: Colour, is_raised: bool) -> str:
    """Urgency and influence lift a colour one step, never to red."""
    if not is_raised or ORDER.index(colour) >= ORDER.index(Colour.ORANGE):
        return colour.value
    return ORDER[ORDER.index(colour) + 1].value


def _near(scenarios: list[Row], risk: str) -> tuple[str, ...]:
    """The risks between the lowest and the highest that the matrix allows for the gravest scenario; only where the matrix decides."""
    first: dict[str, Any] = scenarios[0] if scenarios else {}
    ends = [first.get("matrix_risk_highest"), first.get("matrix_risk_lowest")]
    if not first.get("is_injury_reviewed") or not all(end in RISKS for end in ends):
        return (risk,)
    high, low = sorted(RISKS.index(str(end)) for end in ends)
    return RISKS[high : low + 1]


def _without(row: Row, explanation: Row | None, is_raised: bool) -> tuple[Without, ...]:
    """Without the largest enterprise and the largest port; the usual level stays as it is, so that this errs towards doubt."""
    if explanation is None:
        return ()
    found = []
    for name in LEFT_OUT:
        p_value, stands = explanation[f"p_without_top_{name}"], explanation[f"stands_without_top_{name}"]
        if not explanation[f"top_{name}"] or p_value is None or stands is None:
            continue
        left = max(row["observed"] - explanation[f"top_{name}_events"], 0.0) / row["observed"] if row["observed"] else 0.0
        word = strength(p_value, row["ratio_lower"] * left)
        colour = _raised(Colour(rule()["colour"][row["risk_level"]][word]), is_raised) if stands else None
        found.append(Without(name, explanation[f"top_{name}"], explanation[f"top_{name}_events"], p_value, stands, colour))
    return tuple(found)
