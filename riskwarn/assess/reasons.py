"""The reason of a warning in one plain sentence: what was counted, out of how many, and what is usual."""

from __future__ import annotations

from dataclasses import dataclass

from riskwarn import names
from riskwarn.assess.absorbing import CHAPTERS
from riskwarn.assess.wording import count, number, percent
from riskwarn.model import ALL, Reach, SeriesKey, reach_of
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
    ``origins``, ``hazards`` and ``products`` the largest contributions as (code, events), most first.
    """

    noun: str  # the indicator's numerator: failed | complaints | injuries | enterprise_reports | foreign_alerts | grave
    key: SeriesKey
    window_weeks: int
    observed: float
    expected: float
    inspected: int | None
    origins: tuple[tuple[str, int], ...]
    hazards: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...] = ()
    parts: tuple[SignalPart, ...] = ()  # of a combination of signals


def reason(facts: ReasonFacts, lang: Lang) -> str:
    """The sentence in one language."""
    _ = translator(lang)
    is_rate = facts.noun == "failed" and bool(facts.inspected)
    # "120 lots of toys inspected, 9 failed for phthalates": the hazard belongs to the failures, not to the lots.
    is_split = is_rate and facts.key.hazard_category != ALL
    values = {
        "period": _("this week") if facts.window_weeks == 1 else _("the last {weeks} weeks").format(weeks=facts.window_weeks),
        "subject": _goods(facts.key, lang) if is_split else subject(facts.key, lang),
        "hazard": hazard(facts.key, lang),
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
    if facts.noun == "failed" and not is_rate:  # lots that were corrected away, or renamed, since the episode was last significant
        text = _("reason failed without lots")
    return text.format(**values) + _details(facts, lang)


def _part(part: SignalPart, lang: Lang) -> str:
    text = translator(lang)(f"part {part.indicator_id}")
    return text.format(observed=number(part.observed, lang), expected=count(part.expected, lang))


def subject(key: SeriesKey, lang: Lang) -> str:
    """Product, origin and hazard of a series in words."""
    if key.hazard_category == ALL:
        return _goods(key, lang)
    return translator(lang)("{subject}, hazard {hazard}").format(subject=_goods(key, lang), hazard=hazard(key, lang))


def hazard(key: SeriesKey, lang: Lang) -> str:
    """The hazard category of a series, before it the substance where it is about one."""
    category = names.hazard(key.hazard_category, lang)
    if key.substance == ALL:
        return category
    return translator(lang)("{substance} ({category})").format(substance=names.substance(key.substance, lang), category=category)


def _goods(key: SeriesKey, lang: Lang) -> str:
    """Product and origin. The lots of a hazard over all products are those of the products in which it ever occurred."""
    _ = translator(lang)
    product = names.product_label(key.product_scheme, key.product_code, lang)
    if key.product_code == ALL and key.hazard_category != ALL:
        product = _("products concerned")
    text = _("{product} of all origins") if key.origin_country == ALL else _("{product} from {origin}")
    return text.format(product=product, origin=names.country(key.origin_country, lang))


def _details(facts: ReasonFacts, lang: Lang) -> str:
    _ = translator(lang)
    text = ""
    if facts.key.origin_country == ALL and facts.origins:
        listed = _list([(names.country(code, lang), n) for code, n in facts.origins], lang)
        text += _(" Mostly from {origins}.").format(origins=listed)
    if facts.products and (facts.key.product_code == ALL or facts.key.scope in CHAPTERS):
        listed = _list([(names.product_label(facts.key.product_scheme, code, lang), n) for code, n in facts.products], lang)
        text += _(" Products: {products}.").format(products=listed)
    if facts.key.hazard_category == ALL and facts.hazards:
        listed = _list([(names.hazard(code, lang), n) for code, n in facts.hazards], lang)
        text += _(" Hazards: {hazards}.").format(hazards=listed)
    if facts.noun == "foreign_alerts":
        text += _(" No denominator: the number also depends on how much is controlled there.")
    reach = reach_of(facts.key.scope)
    if reach != Reach.CELL:
        text += _(f" Reach: {reach}.")
    return text


def _list(items: list[tuple[str, int]], lang: Lang) -> str:
    separator = translator(lang)("list separator")
    return separator.join(f"{name} {number(n, lang)}" for name, n in items[:3])
