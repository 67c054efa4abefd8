"""The WTO's forms as versioned templates: boxes in order, labels in the WTO's three languages, what may stand in each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from riskwarn.places import PACKAGE

WtoLang = Literal["en", "fr", "es"]
WTO_LANGS: tuple[WtoLang, ...] = ("en", "fr", "es")
FORMS = ("tbt", "sps_regular", "sps_emergency", "addendum", "corrigendum", "revision")
BoxKind = Literal["text", "choice", "multi", "date", "hs", "symbol"]

# What stands in a box where nothing is known: never a blank.
NOT_STATED = {"en": "Not stated", "fr": "Non indiqué", "es": "No se indica"}
NOT_KNOWN = {"en": "Not known", "fr": "Inconnu", "es": "No se conoce"}
NOT_APPLICABLE = {"en": "Not applicable", "fr": "Sans objet", "es": "No procede"}
SIXTY_DAYS = {"en": "60 days from circulation", "fr": "60 jours à compter de la distribution", "es": "60 días a partir de la distribución"}
PLACEHOLDERS = frozenset(text.lower() for texts in (NOT_STATED, NOT_KNOWN, NOT_APPLICABLE) for text in texts.values())


@dataclass(frozen=True)
class Option:
    code: str
    label: dict[WtoLang, str]


@dataclass(frozen=True)
class Box:
    """One box, or a part of one: parts of a box share its number.

    In a ``choice`` exactly one code stands, in a ``multi`` one or more, comma-joined (none, where ``is_choice_optional``).
    A ``date`` is ISO, or a period such as "60 days from circulation".
    """

    number: str
    key: str
    kind: BoxKind
    is_required: bool
    is_choice_optional: bool
    default: dict[WtoLang, str]
    label: dict[WtoLang, str]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Template:
    form: str
    version: str
    agreement: Literal["SPS", "TBT", "both"]
    title: dict[WtoLang, str]
    committee: dict[WtoLang, str]  # empty where both agreements share the form
    boxes: tuple[Box, ...]

    def box(self, key: str) -> Box:
        return next(box for box in self.boxes if box.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(box.key for box in self.boxes)


@cache
def template(form: str) -> Template:
    """The newest version of a form; raises KeyError for one that is not there."""
    if form not in FORMS:
        raise KeyError(form)
    told = tomllib.loads((PACKAGE / "tbtsps" / "forms" / f"{form}.toml").read_text(encoding="utf-8"))
    return Template(
        told["form"],
        told["template_version"],
        told["agreement"],
        told["title"],
        told.get("committee", {}),
        tuple(_box(box) for box in told["box"]),
    )


def _box(told: dict[str, Any]) -> Box:
    kind: BoxKind = told.get("kind", "text")
    return Box(
        number=told["number"],
        key=told["key"],
        kind=kind,
        is_required=told.get("required", False),
        is_choice_optional=told.get("optional_options", False),
        default=_default(told.get("default"), kind),
        label=told["label"],
        options=tuple(Option(one["code"], {lang: one[lang] for lang in WTO_LANGS}) for one in told.get("options", ())),
    )


def _default(said: str | None, kind: BoxKind) -> dict[WtoLang, str]:
    known: dict[str | None, dict[str, str]] = {"Not applicable": NOT_APPLICABLE, "60 days from circulation": SIXTY_DAYS}
    if kind in ("choice", "multi"):
        return dict.fromkeys(WTO_LANGS, "")
    texts = known.get(said) or (NOT_KNOWN if kind in ("date", "hs") else NOT_STATED)
    return {lang: texts[lang] for lang in WTO_LANGS}
