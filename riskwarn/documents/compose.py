"""From the facts of a notice to the parts of its document, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from riskwarn.documents import safe
from riskwarn.documents.facts import Both, Kind, MeasureLine, NoticeFacts, WarningFacts
from riskwarn.documents.official import Attachment, Official, Paragraph
from riskwarn.places import PACKAGE
from riskwarn.text import Lang, translator

NAME_MOST = 100  # characters of a name (product, origin, hazard, agency) in a title or sentence
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@cache
def _texts(lang: Lang) -> dict[str, dict[str, Any]]:
    told = tomllib.loads((PACKAGE / "documents" / "notices.toml").read_text(encoding="utf-8"))
    return {part: texts["zh" if lang == "zh_CN" else "en"] for part, texts in told.items() if isinstance(texts, dict)}


def compose(facts: NoticeFacts, lang: Lang) -> Official:
    """The document, signed or marked 送审稿."""
    words, standing, warning = _texts(lang)["words"], _texts(lang)[facts.kind], facts.warning
    dated = facts.signed.on if facts.signed else facts.drafted_on
    fill = {
        "subject": subject(warning, lang),
        "hazard": _short(warning.hazard, lang) or words["any_hazard"],
        "day": day_text(dated, lang),
        "lifted": _lifted(facts, lang),
    }
    number = safe.shortened(safe.line(facts.agency_number), NAME_MOST)
    return Official(
        lang=lang,
        kind=facts.kind,
        day=dated.isoformat(),
        masthead=_short(facts.issuer.masthead, lang),
        serial=words["serial"].format(serial=safe.shortened(safe.line(facts.serial), NAME_MOST)),
        number=number or words["number_empty"].format(year=dated.year),
        mark="" if facts.signed else words["masthead_mark"],
        title_mark="" if facts.signed else words["title_mark"],
        attachment_list=words["attachment_list"].format(title=words["attachment_title"]),
        title=standing["title"].format(**fill),
        to=_listed((_short(one, lang) for one in facts.to), words["and"]) + words["to_end"] if facts.to else "",
        paragraphs=tuple(_paragraphs(facts, lang, fill)),
        attachments=(_data(warning, lang),) if facts.kind in (Kind.PORT_NOTICE, Kind.NOTICE) else (),
        attachment_label=words["attachment"],
        signature=_short(facts.issuer.name, lang),
        dated=day_text(dated, lang),
        contact=words["contact"].format(contact=safe.shortened(safe.line(facts.contact), 200)) if safe.line(facts.contact) else "",
        copies=words["copies"].format(copies=_listed((_short(one, lang) for one in facts.copies_to), words["and"]))
        if facts.copies_to
        else "",
        imprint=(_short(facts.issuer.name, lang), words["issued" if facts.signed else "drafted"].format(day=day_text(dated, lang))),
    )


def subject(warning: WarningFacts, lang: Lang) -> str:
    """The goods that a warning is about: 进口越南玩具, imported toys from Viet Nam."""
    words = _texts(lang)["words"]
    way, product, origin = words[warning.direction], _short(warning.product, lang) or words["goods"], _short(warning.origin, lang)
    if lang == "zh_CN":
        return f"{way}{origin if warning.direction == 'import' else ''}{product}"
    return f"{way} {product} from {origin}" if origin and warning.direction == "import" else f"{way} {product}"


def day_text(day: date, lang: Lang) -> str:
    month = _MONTHS[day.month - 1]
    return str(_texts(lang)["words"]["day"]).format(y=day.year, m=day.month, d=day.day, month=month)


def _paragraphs(facts: NoticeFacts, lang: Lang, fill: dict[str, str]) -> Iterable[Paragraph]:
    words, standing, warning = _texts(lang)["words"], _texts(lang)[facts.kind], facts.warning
    yield Paragraph("body", standing["opening"].format(**fill))
    yield Paragraph("heading", standing["situation"])
    if facts.kind is Kind.LIFTING:
        yield from _free(facts.lift_reason.in_(lang) or words["reason_missing"])
    else:
        yield from _free(warning.reason.in_(lang))
        yield Paragraph("body", _since(warning, lang))
    yield Paragraph("heading", standing["measures"])
    if facts.measures:
        yield Paragraph("body", standing["measures_opening"])
    for number, measure in enumerate(facts.measures, 1):
        yield Paragraph("body", numbered(number, lang) + _measure(measure, lang))
    if not facts.measures:
        yield Paragraph("body", words["no_measure"])
    yield Paragraph("heading", standing["closing_heading"])
    for text in standing["closing"]:
        yield Paragraph("body", text)
    yield from _free(facts.advice.in_(lang))


def small(value: float, digits: int) -> str:
    """A figure with so many digits; below the last of them <0.1, never a bare zero."""
    least = 10**-digits
    return f"<{least:.{digits}f}" if 0 < value < least else f"{value:,.{digits}f}"


def numbered(number: int, lang: Lang) -> str:
    """（一） or (1) before a measure."""
    return f"（{chinese_number(number)}）" if lang == "zh_CN" else f"({number}) "


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese characters."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    return ("" if tens == 0 else ("十" if tens == 1 else f"{digits[tens]}十")) + (digits[ones] if ones or not tens else "")


def _measure(measure: MeasureLine, lang: Lang) -> str:
    words = _texts(lang)["words"]
    parts = [safe.shortened(safe.line(measure.what.in_(lang)), 400).rstrip("。.；; ")]
    if scope := safe.shortened(safe.line(measure.scope.in_(lang)), 400).rstrip("。. "):
        parts.append(words["scope"].format(scope=scope))
    if measure.start_on:
        end = words["to"].format(day=day_text(measure.end_on, lang)) if measure.end_on else words["until_lifted"]
        parts.append(words["period"].format(start=words["from"].format(day=day_text(measure.start_on, lang)), end=end))
    if owner := safe.shortened(safe.line(measure.owner.in_(lang)), NAME_MOST):
        parts.append(words["owner"].format(owner=owner))
    return str(words["join"].join(parts) + words["stop"])


def _since(warning: WarningFacts, lang: Lang) -> str:
    words = _texts(lang)["words"]
    return str(words["since"]).format(
        since=day_text(warning.since, lang),
        until=day_text(warning.until, lang),
        sources=_listed((_short(one, lang) for one in warning.sources), words["and"]),
        count=warning.evidence_count,
        level=translator(lang)(f"colour {warning.level}"),
    )


def _data(warning: WarningFacts, lang: Lang) -> Attachment:
    words, rows = _texts(lang)["words"], _texts(lang)["rows"]
    values = {
        "warning_id": warning.warning_id,
        "level": translator(lang)(f"colour {warning.level}"),
        "product": _said(warning.product, lang, "all products"),
        "origin": _said(warning.origin, lang, "all origins"),
        "hazard": _said(warning.hazard, lang, "all hazards"),
        "substance": safe.shortened(safe.line(warning.substance), NAME_MOST),
        "since": day_text(warning.since, lang),
        "until": day_text(warning.until, lang),
        "observed": "" if warning.observed is None else f"{warning.observed:,.0f}",
        "expected": "" if warning.expected is None else small(warning.expected, 2),
        "sources": _listed((_short(one, lang) for one in warning.sources), words["and"]),
        "evidence": f"{warning.evidence_count:,}",
    }
    lines = tuple((rows[name], value) for name, value in values.items() if value)
    return Attachment(words["attachment_title"], (rows["head_item"], rows["head_value"]), lines, words["attachment_note"])


def _lifted(facts: NoticeFacts, lang: Lang) -> str:
    """Which document is lifted: its number, or its serial, and its day."""
    words = _texts(lang)["words"]
    number = safe.shortened(safe.line(facts.lifts), NAME_MOST) or words["unnumbered"].format(serial=safe.line(facts.serial))
    return number if facts.lifts_on is None else str(words["earlier"]).format(number=number, day=day_text(facts.lifts_on, lang))


def _free(text: str) -> Iterable[Paragraph]:
    """Free text of a person or the machine: one paragraph for each of its lines."""
    shown = safe.shortened(safe.clean(text))
    return (Paragraph("body", part) for part in (line.strip() for line in shown.split("\n")) if part)


def _short(text: Both | None, lang: Lang) -> str:
    return safe.shortened(safe.line(text.in_(lang)), NAME_MOST) if text else ""


def _said(text: Both | None, lang: Lang, otherwise: str) -> str:
    return _short(text, lang) or translator(lang)(otherwise)


def _listed(parts: Iterable[str], join: str) -> str:
    return join.join(part for part in parts if part)
