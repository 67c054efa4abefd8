"""A draft as a filled form, and its files: DOCX, PDF, JSON."""

from __future__ import annotations

from datetime import date

from riskwarn.documents import safe
from riskwarn.documents.form import Entry, FilledForm, Numbered, form_docx, form_pdf
from riskwarn.documents.render import as_json
from riskwarn.tbtsps.drafts import Draft, as_body
from riskwarn.tbtsps.templates import Box, Template
from riskwarn.tbtsps.templates import template as template_of
from riskwarn.tbtsps.validation_parts import chosen

_WORDS = {
    "en": {"original": "Original: English", "draft": "DRAFT, NOT NOTIFIED", "opening": "The following notification is made:"},
    "fr": {"original": "Original: français", "draft": "PROJET, NON NOTIFIÉ", "opening": "La notification suivante est présentée:"},
    "es": {"original": "Original: español", "draft": "PROYECTO, NO NOTIFICADO", "opening": "Se presenta la siguiente notificación:"},
}
KINDS = ("docx", "pdf", "json")
_SUFFIX = {"addendum": "/Add.", "corrigendum": "/Corr.", "revision": "/Rev."}


def filled(draft: Draft, *, day: date, reference: str = "", symbol: str = "") -> FilledForm:
    """The form as it stands; with ``symbol``, as circulated, without the mark of a draft."""
    template, words = draft.template, _WORDS[draft.language]
    return FilledForm(
        lang=draft.language,
        day=day.isoformat(),
        committee=_committee(draft),
        symbol=safe.shortened(safe.line(symbol or _expected_symbol(draft)), 60),
        original=words["original"],
        title=template.title[draft.language],
        mark="" if symbol else words["draft"],
        reference=safe.shortened(safe.line(reference), 100),
        opening=words["opening"],
        boxes=tuple(_numbered(draft, template)),
    )


def files(draft: Draft, *, day: date, reference: str, symbol: str = "") -> dict[str, bytes]:
    """The draft's files by name; the same draft gives the same bytes."""
    return {f"{draft.form}.{kind}": one_file(draft, kind, day=day, reference=reference, symbol=symbol) for kind in KINDS}


def one_file(draft: Draft, kind: str, *, day: date, reference: str, symbol: str = "") -> bytes:
    """The draft as ``kind`` of file; raises KeyError for any other than KINDS."""
    if kind == "json":
        return as_json({**as_body(draft), "reference": reference, "symbol": symbol, "day": day.isoformat()})
    write = {"docx": form_docx, "pdf": form_pdf}[kind]
    return write(filled(draft, day=day, reference=reference, symbol=symbol))


def _committee(draft: Draft) -> str:
    """Of a form that both agreements share, the committee of the agreement."""
    found = draft.template
    own = found if found.agreement != "both" else template_of("tbt" if draft.agreement == "TBT" else "sps_regular")
    return own.committee[draft.language]


def _expected_symbol(draft: Draft) -> str:
    """Where the number will stand that the WTO gives."""
    if draft.form in _SUFFIX:
        return f"{draft.boxes.get('symbol', '')}{_SUFFIX[draft.form]}__"
    return f"G/{draft.agreement}/N/CHN/____"


def _numbered(draft: Draft, template: Template) -> list[Numbered]:
    numbers = list(dict.fromkeys(box.number for box in template.boxes))
    return [Numbered(number, tuple(_entry(draft, box) for box in template.boxes if box.number == number)) for number in numbers]


def _entry(draft: Draft, box: Box) -> Entry:
    value = draft.boxes.get(box.key, "")
    label = box.label[draft.language]
    if box.kind not in ("choice", "multi"):
        return Entry(label, value)
    codes = chosen(value)
    unknown = [code for code in codes if code not in {option.code for option in box.options}]
    options = tuple((option.label[draft.language], option.code in codes) for option in box.options)
    return Entry(label, ", ".join(unknown), options)
