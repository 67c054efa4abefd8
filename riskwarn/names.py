"""Display names and severities from the reviewed files in warehouse/reference/."""

from __future__ import annotations

import csv
from functools import cache

from riskwarn.model import ALL, UNKNOWN
from riskwarn.places import REFERENCE
from riskwarn.text import Lang, translator

Row = dict[str, str]


@cache
def reference(name: str) -> tuple[Row, ...]:
    """The rows of a reviewed file of warehouse/reference/."""
    # utf-8-sig: officers edit these files in spreadsheets, which leave a byte order mark.
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return tuple(csv.DictReader(handle))


def _named(row: Row | None, lang: Lang, code: str) -> str:
    return (row["name_zh"] if lang == "zh_CN" else row["name_en"]) if row else code


@cache
def _countries() -> dict[str, Row]:
    return {row["country_code"]: row for row in reference("countries")}


@cache
def _hazards() -> dict[str, Row]:
    return {row["hazard_category"]: row for row in reference("hazard_categories")}


@cache
def _products() -> dict[tuple[str, str], Row]:
    named = {("HS", row["hs_code"]): row for row in reference("hs_names")}
    named.update({(row["product_scheme"], row["product_code"]): row for row in reference("product_categories")})
    return named


def country(code: str, lang: Lang) -> str:
    """The display name of a country or region (ISO alpha-2)."""
    if code in (ALL, UNKNOWN):
        return translator(lang)("all origins" if code == ALL else "unknown origin")
    return _named(_countries().get(code), lang, code)


def hazard(category: str, lang: Lang) -> str:
    """The display name of a hazard category."""
    if category in (ALL, UNKNOWN):
        return translator(lang)("all hazards" if category == ALL else "hazard not recorded")
    return _named(_hazards().get(category), lang, category)


@cache
def _substances() -> dict[str, Row]:
    return {row["substance"]: row for row in reference("substances")}


def substance(name: str, lang: Lang) -> str:
    """The display name of a substance: the reviewed file's in Chinese where it has one, else as it is called in the data."""
    row = _substances().get(name)
    return row["substance_zh"] or name if row and lang == "zh_CN" else name


def hazard_severity(category: str) -> int | None:
    """Severity 1-4 of a hazard category; None where the hazard is not recorded."""
    row = _hazards().get(category)
    return int(row["severity"]) if row and category != UNKNOWN else None


def hazard_domain(category: str) -> str:
    """food | consumer | quarantine | both; empty where the category is not ours."""
    row = _hazards().get(category)
    return row["domain"] if row else ""


def chapter(scheme: str, code: str) -> str:
    """The HS chapter of a product; of a foreign scheme's category where the whole of it lies in one, else 'unknown'."""
    if scheme == "HS":
        return UNKNOWN if code == UNKNOWN else code[:2]
    row = _products().get((scheme, code))
    return row["hs2"] if row else UNKNOWN


def product(scheme: str, code: str, lang: Lang) -> str:
    """The display name of a product; an HS heading without a name of its own goes by its chapter's."""
    if code in (ALL, UNKNOWN):
        return translator(lang)("all products" if code == ALL else "unknown product")
    row = _products().get((scheme, code))
    if row is None and (scheme == "HS" or code.isdigit()):  # a foreign scheme's chapters are those of the HS
        row = _products().get(("HS", code[:2]))
    return _named(row, lang, code)


def product_label(scheme: str, code: str, lang: Lang) -> str:
    """The name with its code where the code means something to a reader (HS)."""
    name = product(scheme, code, lang)
    if code in (ALL, UNKNOWN) or not code.isdigit():
        return name
    return f"{name}（{code}）" if lang == "zh_CN" else f"{name} ({code})"
