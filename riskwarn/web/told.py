"""What checks say, in the reader's language: why a row was set aside, what is wrong with a source, what an expectation found."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from riskwarn.checks.suites import Expectation, load_suite
from riskwarn.sources import Column, all_sources
from riskwarn.text import Lang, translator

_HAN = re.compile(r"[\u4e00-\u9fff]")
# How the check stage words what it found (riskwarn/checks/night.py): each is a message of the catalogue too.
_FOUND = (
    "{some} of {all}",
    "nothing that could be used was ever delivered",
    "no folder in landing/ and nothing delivered: not used here",
    "the check stage left no verdict",
    "last delivered {day}, {age} working days ago, due after {most}",
    "newest {day}, {age} working days ago, at most {most}",
    "week of {week}: {rows} rows, usually {low} to {high}",
)
Translate = Callable[[str], str]


@cache
def expectations(source: str) -> dict[str, Expectation]:
    """The suite of a source by id; nothing of a source that has none."""
    return {e.id: e for e in load_suite(source).expectations} if source in all_sources() else {}


def described(source: str, expectation_id: str, lang: Lang) -> str:
    """What an expectation asks for; its id where the suite no longer has it."""
    found = expectations(source).get(expectation_id)
    return expectation_id if found is None else found.description_en if lang == "en" else found.description_zh


def reason_in_words(source: str, reason: str, lang: Lang) -> str:
    """Why a row was set aside: what is wrong with which column, or which expectation it fails."""
    _ = translator(lang)
    if reason in expectations(source):
        return _("not so: {what}").format(what=described(source, reason, lang))
    code, found, met = reason.partition(": ")
    key = f"row {code}"
    words = _(key)
    if words == key:
        return reason
    column, equals, value = met.partition("=")
    named = label(source, column, lang) + (f" = {value}" if equals else "") if code != "unreadable_row" else _unreadable(met, _)
    return words + (_(" ({kind})").format(kind=named) if found else "")


def _unreadable(met: str, _: Translate) -> str:
    key = f"unreadable {met}"
    words = _(key)
    return met if words == key else words


def label(source: str, column: str, lang: Lang) -> str:
    """A column as the reader's language heads it: in Chinese the first Chinese heading it goes by, in English its name."""
    if lang == "en":
        return column.replace("_", " ")
    return _labels(source).get(column, column)


@cache
def _labels(source: str) -> dict[str, str]:
    declared = all_sources().get(source)
    columns = [column for layout in declared.layouts for column in layout.columns] if declared else []
    return {column.name: han for column in columns if (han := _chinese(column))}


def _chinese(column: Column) -> str:
    return next((heading for heading in column.headings if _HAN.search(heading)), "")


def issue_in_words(source: str, issue: str, lang: Lang) -> tuple[str, str]:
    """An issue of a source, kept as "code: detail": what it is, and the detail."""
    _ = translator(lang)
    code, _colon, detail = issue.partition(": ")
    return _(code), detail_in_words(source, detail, lang)


def detail_in_words(source: str, detail: str, lang: Lang) -> str:
    """The detail of an issue, "expectation: what was found", or a note alone."""
    name, colon, rest = detail.partition(": ")
    if name not in expectations(source):
        return note_in_words(detail, lang)
    _ = translator(lang)
    told = _("not so: {what}").format(what=described(source, name, lang))
    # A note that only repeats what was expected says nothing more.
    return (
        told
        if not colon or rest == described(source, name, "en")
        else _("{what}: {found}").format(what=told, found=note_in_words(rest, lang))
    )


def note_in_words(note: str, lang: Lang) -> str:
    """What an expectation found; as it was written where that is no wording of ours."""
    _ = translator(lang)
    for text in _FOUND:
        met = _pattern(text).fullmatch(note)
        if met:
            return _(text).format(**met.groupdict())
    return note


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """What the wording matches once its values are filled in."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\S+)", re.escape(text)))
