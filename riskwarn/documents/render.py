"""Every format of a notice: DOCX and PDF of each language, and the facts as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from riskwarn.documents.compose import compose
from riskwarn.documents.facts import NoticeFacts
from riskwarn.documents.official import Official
from riskwarn.documents.official_docx import docx
from riskwarn.documents.typeset import pdf
from riskwarn.text import LANGS, Lang

Documents = Mapping[Lang, Official]


def composed(facts: NoticeFacts) -> Documents:
    """The document in each language."""
    return {lang: compose(facts, lang) for lang in LANGS}


def render_notice(facts: NoticeFacts, documents: Documents | None = None) -> dict[str, bytes]:
    """Files by name: ``<kind>.<lang>.docx``, ``<kind>.<lang>.pdf`` and ``<kind>.json``; the same facts give the same bytes
    (of a PDF: with the same fonts installed). ``documents`` are the words as they were signed; without them they are composed anew.
    """
    words = documents or composed(facts)
    files = {f"{facts.kind}.json": notice_json(facts, words)}
    for lang, document in words.items():
        files[f"{facts.kind}.{lang}.docx"] = docx(document)
        files[f"{facts.kind}.{lang}.pdf"] = pdf("official", document.as_dict(), document.day)
    return files


def render_file(facts: NoticeFacts, name: str, documents: Documents | None = None) -> bytes | None:
    """One of the files of :func:`render_notice`, the others not made; None where there is none of this name."""
    words = documents or composed(facts)
    if name == f"{facts.kind}.json":
        return notice_json(facts, words)
    for lang, document in words.items():
        if name == f"{facts.kind}.{lang}.docx":
            return docx(document)
        if name == f"{facts.kind}.{lang}.pdf":
            return pdf("official", document.as_dict(), document.day)
    return None


def notice_json(facts: NoticeFacts, documents: Documents) -> bytes:
    """The facts, and every word of the document in both languages."""
    return as_json({"facts": asdict(facts), "documents": {lang: document.as_dict() for lang, document in documents.items()}})


def digest(facts: NoticeFacts, documents: Documents | None = None) -> str:
    """The sha256 of the JSON file: what was signed, whatever fonts a machine prints it with."""
    return hashlib.sha256(notice_json(facts, documents or composed(facts))).hexdigest()


def as_json(value: Any) -> bytes:
    """JSON that people can read, the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain) + "\n").encode("utf-8", "replace")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
