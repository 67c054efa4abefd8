"""Small tools for DOCX: fonts for both scripts, exact lines, rules, page numbers, and bytes that depend on the content alone."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from riskwarn.documents import safe

LATIN = "Times New Roman"
RED = RGBColor(0xE6, 0x00, 0x12)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip archive can tell


def new_document(day: str, title: str, author: str) -> Document:
    """A blank A4 document with the margins of GB/T 9704, dated ``day`` whenever it is made."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    properties = made.core_properties
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time())
    properties.created = properties.modified = midnight
    properties.title, properties.author, properties.last_modified_by = safe.shortened(title, 200), safe.shortened(author, 200), ""
    properties.comments, properties.revision = "", 1
    return made


def write(paragraph: Paragraph, text: str, *, font: str, size: float, bold: bool = False, colour: RGBColor | None = None) -> Run:
    """Adds text in one font for Chinese and Times New Roman for Latin letters."""
    run = paragraph.add_run(safe.fit(text))
    run.font.name, run.font.size, run.font.bold = LATIN, Pt(size), bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def exact(paragraph: Paragraph, pitch: float, *, before: float = 0, after: float = 0, indent: float = 0) -> Paragraph:
    """Lines exactly ``pitch`` points apart; the first one indented by ``indent`` points."""
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent = Pt(indent)
    return paragraph


def rule(paragraph: Paragraph, edge: str, *, eighths: int, colour: str = "000000", space: int = 1) -> None:
    """A line along one edge of a paragraph, ``eighths`` of a point thick."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", str(space)), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def page_number(paragraph: Paragraph, font: str, size: float) -> None:
    """— 1 —"""
    write(paragraph, "— ", font=font, size=size)
    run = write(paragraph, "", font=font, size=size)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)
    write(paragraph, " —", font=font, size=size)


def numbered_pages(made: Document, font: str) -> None:
    """Page numbers outside: to the right on odd pages, to the left on even ones."""
    section = made.sections[0]
    made.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        form = paragraph.paragraph_format
        form.left_indent = form.right_indent = Pt(14)
        page_number(paragraph, font, 14)


def fixed_bytes(made: Document) -> bytes:
    """The file, with every entry of the archive dated alike."""
    raw, out = io.BytesIO(), io.BytesIO()
    made.save(raw)
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            put(kept, name, given.read(name))
    return out.getvalue()


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """One entry that does not say when it was made."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    archive.writestr(entry, content)


def cell_text(cell: Any, text: str, *, font: str, size: float, pitch: float, bold: bool = False) -> None:
    """Fills a table cell, one paragraph a line."""
    for number, part in enumerate(safe.clean(text).split("\n") or [""]):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        exact(paragraph, pitch, before=2, after=2)
        write(paragraph, part, font=font, size=size, bold=bold)
