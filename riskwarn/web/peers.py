"""How an enterprise's lots did beside those of others who trade the same goods."""

from __future__ import annotations

from dataclasses import dataclass

from riskwarn.assess.harm import Rate, rate_of
from riskwarn.web.night import Row


@dataclass(frozen=True)
class Standing:
    """An enterprise beside the others. ``own``: share of its lots that passed, with a 90% interval (Jeffreys). ``others``: the share of
    its lots that would have passed, had each failed as often as other enterprises' lots of the same direction, heading and selection
    (indirect standardisation; lots whose like nobody else had are left out); None where there are none. ``compared``: its lots
    that have their like. ``word``: better, usual or worse as ``others`` lies below, in or above their interval; else alone.
    """

    own: Rate | None
    others: float | None
    compared: int
    word: str


def standing(rows: list[Row]) -> Standing:
    """``rows``: strata with ``inspected, failed, other_inspected, other_failed``."""
    own = passed(sum(row["failed"] for row in rows), sum(row["inspected"] for row in rows))
    like = [row for row in rows if row["other_inspected"] > 0]
    inspected = sum(row["inspected"] for row in like)
    if not inspected:
        return Standing(own, None, 0, "alone")
    others = 1 - sum(row["inspected"] * row["other_failed"] / row["other_inspected"] for row in like) / inspected
    compared = passed(sum(row["failed"] for row in like), inspected)
    word = "usual" if compared is None or compared.lower <= others <= compared.upper else "worse" if compared.upper < others else "better"
    return Standing(own, others, inspected, word)


def passed(failed: int, inspected: int) -> Rate | None:
    """The share that passed, with its 90% interval: that of the failures turned round."""
    if not inspected:
        return None
    rate = rate_of(failed, inspected)
    return Rate(1 - rate.value, 1 - rate.upper, 1 - rate.lower)


def by_heading(rows: list[Row]) -> list[Row]:
    """The strata summed to direction and heading, most lots first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["direction"], row["hs4"]), []).append(row)
    found = [_heading(key, group) for key, group in groups.items()]
    return sorted(found, key=lambda row: (-row["inspected"], row["direction"], row["hs4"]))


def _heading(key: tuple[str, str], group: list[Row]) -> Row:
    counts = {name: sum(row[name] for row in group) for name in ("inspected", "failed", "other_inspected", "other_failed")}
    stands = standing(group)
    own = stands.own
    return counts | {
        "direction": key[0], "hs4": key[1], "word": stands.word, "other_pass_rate": stands.others,
        "pass_rate": own.value if own else None, "pass_rate_lower": own.lower if own else None,
        "pass_rate_upper": own.upper if own else None,
        "expected_failed": None if stands.others is None else (1 - stands.others) * stands.compared,
    }  # fmt: skip
