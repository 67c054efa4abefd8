"""Every breach of a draft, each with its box, its rule and a text in both languages. Nothing is repaired silently."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from riskwarn.documents import Both, safe
from riskwarn.places import PACKAGE
from riskwarn.tbtsps import validation_dates, validation_routing
from riskwarn.tbtsps.drafts import Draft
from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.tbtsps.templates import PLACEHOLDERS, WTO_LANGS, Box
from riskwarn.tbtsps.validation_parts import Found, chosen, is_open

_HS = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-7])(?:\d{2}){0,4}")
# Scripts that English, French and Spanish are not written in.
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufaff\uff21-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Breach:
    """One breach: the number and key of its box ('' where it is of the whole draft), the rule, its severity, what is wrong, the source."""

    box: str
    key: str
    rule: str
    severity: str  # error | advice
    text: Both
    source: str


@cache
def rules() -> dict[str, Any]:
    return tomllib.loads((PACKAGE / "tbtsps" / "rules.toml").read_text(encoding="utf-8"))


def validate(draft: Draft, circulated_on: date) -> tuple[Breach, ...]:
    """All breaches in the order of the boxes; ``circulated_on`` is the day of circulation, or the earliest that it can be."""
    found = [*_form(draft), *_boxes(draft), *_regions(draft), *_symbol(draft), *_addendum(draft)]
    found += [*validation_dates.check(draft, circulated_on), *validation_routing.check(draft)]
    order = {key: number for number, key in enumerate(draft.template.keys)}
    breaches = dict.fromkeys(_breach(draft, one) for one in found)
    return tuple(sorted(breaches, key=lambda b: (order.get(b.key, len(order)), b.rule, b.text.en)))


def may_be_approved(breaches: Iterable[Breach]) -> bool:
    return all(breach.severity != "error" for breach in breaches)


def _breach(draft: Draft, found: Found) -> Breach:
    rule = rules()[found.rule]
    number = next((box.number for box in draft.template.boxes if box.key == found.key), "")
    zh = {name: value.zh if isinstance(value, Both) else value for name, value in found.fields}
    en = {name: value.en if isinstance(value, Both) else value for name, value in found.fields}
    return Breach(number, found.key, found.rule, rule["severity"], Both(rule["zh"].format(**zh), rule["en"].format(**en)), rule["source"])


def _form(draft: Draft) -> Iterator[Found]:
    used = draft.template.version
    if draft.template_version != used:
        yield Found("template_version", "", (("found", draft.template_version), ("used", used)))
    if draft.language not in WTO_LANGS:
        yield Found("language", "")
    for key in draft.boxes:
        if key not in draft.template.keys:
            yield Found("unknown_box", key)


def _boxes(draft: Draft) -> Iterator[Found]:
    for box in draft.template.boxes:
        value = draft.boxes.get(box.key, "")
        if box.kind in ("choice", "multi"):
            yield from _choice(box, value)
            continue
        if not value.strip():
            yield Found("blank_box", box.key)
        elif box.is_required and value.strip().lower() in PLACEHOLDERS and box.key != "comments_until":
            yield Found("missing", box.key)
        if len(value) > safe.MOST:
            yield Found("too_long", box.key, (("count", f"{len(value):,}"), ("most", f"{safe.MOST:,}")))
        if _OTHER_SCRIPT.search(value):
            yield Found("language", box.key)
        if box.kind == "hs" and not is_open(value):
            yield from (Found("hs_code", box.key, (("value", code[:20]),)) for code in _codes(value) if not _HS.fullmatch(code))


def _choice(box: Box, value: str) -> Iterator[Found]:
    codes = chosen(value)
    known = {option.code for option in box.options}
    yield from (Found("unknown_option", box.key, (("value", code[:40]),)) for code in codes if code not in known)
    if box.kind == "choice" and len(codes) != 1:
        yield Found("one_choice", box.key)
    elif box.kind == "multi" and not codes and not box.is_choice_optional:
        yield Found("no_choice", box.key)


def _codes(value: str) -> list[str]:
    return [code.replace(".", "") for code in re.split(r"[\s,;]+", value) if code]


def _regions(draft: Draft) -> Iterator[Found]:
    if "regions_all" in draft.boxes and bool(chosen(draft.boxes["regions_all"])) != is_open(draft.boxes.get("regions", "")):
        yield Found("regions", "regions")


def _symbol(draft: Draft) -> Iterator[Found]:
    if "symbol" not in draft.template.keys:
        return
    value = draft.boxes.get("symbol", "")
    symbol = parse_symbol(value)
    if symbol is None or symbol.agreement != draft.agreement:
        yield Found("symbol", "symbol", (("value", value[:60]), ("agreement", draft.agreement)))
    elif symbol.member != "CHN":
        yield Found("own_symbol", "symbol", (("value", str(symbol)),))


def _addendum(draft: Draft) -> Iterator[Found]:
    if draft.form == "corrigendum" and draft.boxes.get("wrong") == draft.boxes.get("right"):
        yield Found("nothing_corrected", "right")
    if draft.form != "addendum":
        return
    kinds = chosen(draft.boxes.get("addendum_kind", ""))
    if "comment_period" in kinds and is_open(draft.boxes.get("comments_until", "")):
        yield Found("addendum_comment_period", "comments_until")
    if {"adopted", "withdrawn"} & set(kinds) and is_open(draft.boxes.get("effective_on", "")):
        yield Found("addendum_date", "effective_on")
