"""Made-up facts for documents: an orange warning on nuts from India, with two measures."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import docx
from pypdf import PdfReader

from riskwarn.documents import Both, Kind, MeasureLine, NoticeFacts, WarningFacts
from riskwarn.documents.agencies import read_agencies

DAY = date(2026, 11, 22)
AGENCIES = read_agencies()
WARNING = WarningFacts(
    warning_id="E8e4dce2f7561",
    level="orange",
    direction="import",
    product=Both("坚果、坚果制品和种子", "nuts, nut products and seeds"),
    origin=Both("印度", "India"),
    hazard=Both("农药残留", "pesticide residues"),
    substance="ethylene oxide",
    since=date(2026, 10, 26),
    until=date(2026, 11, 16),
    observed=22,
    expected=1.4,
    reason=Both("近2周：境外通报22起，往常约1.4起。", "Last 2 weeks: 22 foreign alerts, usually about 1.4."),
    sources=(Both("境外通报", "foreign alerts"),),
    evidence_count=22,
)
MEASURES = (
    MeasureLine(
        Both("抽检比例提高至100%", "Sample every lot"), Both("芝麻", "sesame seeds"), DAY, None, Both("各直属海关", "customs districts")
    ),
    MeasureLine(Both("不合格批次退运", "Return failed lots"), Both("芝麻", "sesame seeds"), DAY, date(2027, 5, 21)),
)


def notice(kind: Kind = Kind.PORT_NOTICE, **changes: Any) -> NoticeFacts:
    facts = NoticeFacts(
        kind, "RW-2026-000123", AGENCIES.get("gacc"), DAY, WARNING, (Both("各直属海关", "All customs districts"),), MEASURES,
        copies_to=(AGENCIES.get("samr").name,), contact="010-00000000",
    )  # fmt: skip
    return replace(facts, **changes)


def pdf_text(content: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def docx_text(content: bytes) -> str:
    read = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return squeezed("".join([paragraph.text for paragraph in read.paragraphs] + cells))


def squeezed(text: str) -> str:
    """Without blanks and places to break: how lines were filled does not matter."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)
