"""A filled form: numbered boxes in order, as DOCX and PDF. Knows nothing of what the form is for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm
from docx.table import _Cell

from riskwarn.documents import safe, word
from riskwarn.documents.typeset import pdf

SONG = "SimSun"
WIDTH = 160  # mm between the margins


@dataclass(frozen=True)
class Entry:
    """A part of a box: its label, and the text, or the options with whether each is chosen."""

    label: str
    text: str
    options: tuple[tuple[str, bool], ...] = ()

    @property
    def heading(self) -> str:
        """The label as it stands before the text: a question needs no colon."""
        return self.label if self.label.endswith("?") else f"{self.label}:"

    def shown(self) -> str:
        """The options as the form shows them, then the text."""
        ticked = ", ".join(("[X] " if is_chosen else "[ ] ") + label for label, is_chosen in self.options)
        return "\n".join(part for part in (ticked, self.text) if part)


@dataclass(frozen=True)
class Numbered:
    """A box with its number and its parts."""

    number: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class FilledForm:
    """One form. ``symbol`` stands at the top right, ``mark`` says that it is a draft, ``note`` stands below the boxes."""

    lang: str  # en | fr | es
    day: str
    committee: str
    symbol: str
    original: str  # "Original: English"
    title: str
    mark: str
    reference: str
    opening: str
    boxes: tuple[Numbered, ...]
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the typesetter: each entry as it is shown."""
        boxes = [{"number": box.number, "entries": [{"label": e.heading, "text": e.shown()} for e in box.entries]} for box in self.boxes]
        return {**asdict(self), "boxes": boxes}


def form_pdf(form: FilledForm) -> bytes:
    """The form as PDF; raises NoChineseFontError."""
    return pdf("form", form.as_dict(), form.day)


def form_docx(form: FilledForm) -> bytes:
    """The form as DOCX; the same input gives the same bytes."""
    made = word.new_document(form.day, form.title, form.committee)
    section = made.sections[0]
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(25)
    section.footer_distance = Mm(12)
    word.numbered_pages(made, SONG)
    _head(made, form)
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for box in form.boxes:
        number, content = table.add_row().cells
        number.width, content.width = Mm(12), Mm(WIDTH - 12)
        word.cell_text(number, f"{box.number}.", font=SONG, size=10.5, pitch=15, bold=True)
        for position, entry in enumerate(box.entries):
            _entry(content, entry, is_first=position == 0)
    if form.note:
        word.write(word.exact(made.add_paragraph(), 13, before=8), form.note, font=SONG, size=9)
    return word.fixed_bytes(made)


def _head(made: Document, form: FilledForm) -> None:
    first = word.exact(made.add_paragraph(), 18)
    first.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    word.write(first, form.mark, font=SONG, size=11, bold=True)
    first.add_run("\t")
    word.write(first, form.symbol, font=SONG, size=11, bold=True)
    second = word.exact(made.add_paragraph(), 15)
    second.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    word.write(second, form.reference, font=SONG, size=9)
    second.add_run("\t")
    word.write(second, form.day, font=SONG, size=10)
    third = word.exact(made.add_paragraph(), 15, after=6)
    third.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    word.write(third, form.committee, font=SONG, size=10.5, bold=True)
    third.add_run("\t")
    word.write(third, form.original, font=SONG, size=10)
    word.rule(third, "bottom", eighths=8, space=6)
    title = word.exact(made.add_paragraph(), 20, before=16, after=10)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.write(title, form.title, font=SONG, size=14, bold=True)
    if form.opening:
        word.write(word.exact(made.add_paragraph(), 15, after=8), form.opening, font=SONG, size=10.5)


def _entry(cell: _Cell, entry: Entry, *, is_first: bool) -> None:
    lines = safe.clean(entry.shown()).split("\n")
    for position, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if is_first and position == 0 else cell.add_paragraph()
        word.exact(paragraph, 15, before=2 if position == 0 else 0, after=2 if position == len(lines) - 1 else 0)
        if position == 0:
            word.write(paragraph, f"{entry.heading} ", font=SONG, size=10.5, bold=True)
        word.write(paragraph, line, font=SONG, size=10.5)
