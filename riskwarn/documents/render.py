"""Every format of a notice: DOCX and PDF of each language, and the facts as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from typing import Any

from riskwarn.documents.compose import compose
from riskwarn.documents.facts import NoticeFacts
from riskwarn.documents.official_docx import docx
from riskwarn.documents.typeset import pdf
from riskwarn.text import LANGS


def render_notice(facts: NoticeFacts) -> dict[str, bytes]:
    """Files by name: ``<kind>.<lang>.docx``, ``<kind>.<lang>.pdf`` and ``<kind>.json``; the same facts give the same bytes."""
    files: dict[str, bytes] = {}
    documents = {lang: compose(facts, lang) for lang in LANGS}
    for lang, document in documents.items():
        files[f"{facts.kind}.{lang}.docx"] = docx(document)
        files[f"{facts.kind}.{lang}.pdf"] = pdf("official", document.as_dict(), document.day)
    body = {"facts": asdict(facts), "documents": {lang: document.as_dict() for lang, document in documents.items()}}
    files[f"{facts.kind}.json"] = as_json(body)
    return files


def as_json(value: Any) -> bytes:
    """JSON that people can read, the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain) + "\n").encode("utf-8", "replace")


def digest(files: dict[str, bytes]) -> str:
    """One sha256 over all files, whatever their order: what a receipt compares."""
    lines = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in sorted(files.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
