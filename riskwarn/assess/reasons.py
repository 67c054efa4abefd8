"""The reason of a warning in one plain sentence: what was counted, out of how many, and what is usual."""

from __future__ import annotations

from dataclasses import dataclass, replace

from riskwarn import names
from riskwarn.assess.wording import count, number, percent
from riskwarn.model import ALL, SeriesKey
from riskwarn.text import Lang, translator


@dataclass(frozen=True)
class SignalPart:
    """What one signal of a combination counted."""

    indicator_id: str
    observed: float
    expected: float


def parts_of(text: str) -> tuple[SignalPart, ...]:
    """Reads the ``parts`` of a combination: "failure_rate 4/1.20; complaints 5/2.10"."""
    found = []
    for one in filter(None, text.split("; ")):
        indicator_id, figures = one.split(" ")
        observed, expected = figures.split("/")
        found.append(SignalPart(indicator_id, float(observed), float(expected)))
    return tuple(found)


@dataclass(frozen=True)
class ReasonFacts:
    """What the sentence says.

    ``inspected`` is the number of lots inspected in the window (None where the indicator has no such denominator),
    ``origins`` and ``hazards`` the largest contributions as (code, events), most first.
    """

    noun: str  # the indicator's numerator: failed | complaints | injuries | enterprise_reports | foreign_alerts | grave
    key: SeriesKey
    window_weeks: int
    observed: float
    expected: float
    inspected: int | None
    origins: tuple[tuple[str, int], ...]
    hazards: tuple[tuple[str, int], ...]
    parts: tuple[SignalPart, ...] = ()  # of a combination of signals


def reason(facts: ReasonFacts, lang: Lang) -> str:
    """The sentence in one language."""
    _ = translator(lang)
    is_rate = facts.noun == "failed" and bool(facts.inspected)
    # "120 lots of toys inspected, 9 failed for phthalates": the hazard belongs to the failures, not to the lots.
    is_split = is_rate and facts.key.hazard_category != ALL
    values = {
        "period": _("this week") if facts.window_weeks == 1 else _("the last {weeks} weeks").format(weeks=facts.window_weeks),
        "subject": subject(replace(facts.key, hazard_category=ALL) if is_split else facts.key, lang),
        "hazard": names.hazard(facts.key.hazard_category, lang),
        "observed": number(facts.observed, lang),
        "expected": count(facts.expected, lang),
    }
    if is_rate and facts.inspected:
        values |= {
            "inspected": number(facts.inspected, lang),
            "rate": percent(facts.observed / facts.inspected, lang),
            "usual": percent(facts.expected / facts.inspected, lang),
        }
    if facts.parts:
        values["parts"] = _("list separator").join(_part(part, lang) for part in facts.parts)
    text = _("reason failed for a hazard") if is_split else _(f"reason {facts.noun}")
    return text.format(**values) + _details(facts, lang)


def _part(part: SignalPart, lang: Lang) -> str:
    text = translator(lang)(f"part {part.indicator_id}")
    return text.format(observed=number(part.observed, lang), expected=count(part.expected, lang))


def subject(key: SeriesKey, lang: Lang) -> str:
    """Product, origin and hazard of a series in words."""
    _ = translator(lang)
    values = {
        "product": names.product_label(key.product_scheme, key.product_code, lang),
        "origin": names.country(key.origin_country, lang),
        "hazard": names.hazard(key.hazard_category, lang),
    }
    text = _("{product} of all origins") if key.origin_country == ALL else _("{product} from {origin}")
    if key.hazard_category != ALL:
        text = _("{subject}, hazard {hazard}").replace("{subject}", text)
    return text.format(**values)


def _details(facts: ReasonFacts, lang: Lang) -> str:
    _ = translator(lang)
    text = ""
    if facts.key.origin_country == ALL and facts.origins:
        listed = _list([(names.country(code, lang), n) for code, n in facts.origins], lang)
        text += _(" Mostly from {origins}.").format(origins=listed)
    if facts.key.hazard_category == ALL and facts.hazards:
        listed = _list([(names.hazard(code, lang), n) for code, n in facts.hazards], lang)
        text += _(" Hazards: {hazards}.").format(hazards=listed)
    if facts.noun == "foreign_alerts":
        text += _(" No denominator: the number also depends on how much is controlled there.")
    return text


def _list(items: list[tuple[str, int]], lang: Lang) -> str:
    separator = translator(lang)("list separator")
    return separator.join(f"{name} {number(n, lang)}" for name, n in items[:3])
