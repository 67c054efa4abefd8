"""An official document as DOCX, laid out after GB/T 9704 like official.typ."""

from __future__ import annotations

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from riskwarn.documents import word
from riskwarn.documents.official import Attachment, Official

# Names as Word knows the fonts; where one is missing, Word takes its own nearest.
BODY, TITLE, HEADING, KAI, SONG = "FangSong", "FZXiaoBiaoSong-B05S", "SimHei", "KaiTi", "SimSun"
WIDTH = 156  # mm between the margins


def docx(document: Official) -> bytes:
    """The document; the same input gives the same bytes."""
    made = word.new_document(document.day, document.title, document.signature)
    word.numbered_pages(made, SONG)
    _head(made, document)
    _body(made, document)
    _signature(made, document)
    for number, attachment in enumerate(document.attachments, 1):
        _attachment(made, document, attachment, number)
    _imprint(made, document)
    return word.fixed_bytes(made)


def _size(document: Official) -> tuple[float, float]:
    """Points of the body's letters and lines."""
    return (16, 28) if document.lang == "zh_CN" else (12, 17)


def _head(made: Document, document: Official) -> None:
    size, pitch = _size(document)
    zh = document.lang == "zh_CN"
    first = word.exact(made.add_paragraph(), pitch)
    first.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    word.write(first, document.serial, font=HEADING, size=12)
    if document.mark:
        first.add_run("\t")
        word.write(first, document.mark, font=HEADING, size=14, bold=True)
    letters = max(len(document.masthead), 1)
    masthead = max(26.0, min(46.0, 436 / letters - 2)) if zh else 20.0
    _centred(made, document.masthead, TITLE, masthead, bold=True, before=40, after=40, colour=True)
    number = _centred(made, document.number, BODY, size, after=0)
    word.rule(number, "bottom", eighths=13, colour="E60012", space=11)
    _centred(made, document.title, TITLE, 22 if zh else 17, bold=True, before=44)
    if document.title_mark:
        _centred(made, document.title_mark, KAI, size)


def _centred(
    made: Document, text: str, font: str, size: float, *, bold: bool = False, before: float = 0, after: float = 0, colour: bool = False
) -> Paragraph:
    paragraph = word.exact(made.add_paragraph(), max(28, size * 1.4), before=before, after=after)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.write(paragraph, text, font=font, size=size, bold=bold, colour=word.RED if colour else None)
    return paragraph


def _body(made: Document, document: Official) -> None:
    size, pitch = _size(document)
    zh = document.lang == "zh_CN"
    if document.to:
        word.write(word.exact(made.add_paragraph(), pitch, before=pitch), document.to, font=BODY, size=size)
    for part in document.paragraphs:
        is_heading = part.role == "heading"
        paragraph = word.exact(made.add_paragraph(), pitch, after=0 if zh else 5, indent=2 * size if zh else 0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if zh else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.keep_with_next = is_heading
        word.write(paragraph, part.text, font=HEADING if is_heading else BODY, size=size, bold=is_heading and not zh)
    if document.attachments:
        word.write(
            word.exact(made.add_paragraph(), pitch, before=pitch, indent=2 * size if zh else 0),
            document.attachment_list,
            font=BODY,
            size=size,
        )


def _signature(made: Document, document: Official) -> None:
    size, pitch = _size(document)
    for number, text in enumerate((document.signature, document.dated)):
        paragraph = word.exact(made.add_paragraph(), pitch, before=2 * pitch if number == 0 else 0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        # The day stands four characters from the edge; the shorter of the two is centred on the longer.
        shift = max(0, len(document.dated) - len(document.signature)) * size / 4 if number == 0 and document.lang == "zh_CN" else 0
        paragraph.paragraph_format.right_indent = Pt(4 * size + shift)
        paragraph.paragraph_format.keep_with_next = number == 0
        word.write(paragraph, text, font=BODY, size=size)
    if document.contact:
        word.write(word.exact(made.add_paragraph(), pitch, before=pitch, indent=2 * size), document.contact, font=BODY, size=size)


def _attachment(made: Document, document: Official, attachment: Attachment, number: int) -> None:
    size, pitch = _size(document)
    label = document.attachment_label + (str(number) if len(document.attachments) > 1 else "")
    first = word.exact(made.add_paragraph(), pitch)
    first.paragraph_format.page_break_before = True
    word.write(first, label, font=HEADING, size=size)
    _centred(made, attachment.title, TITLE, 22 if document.lang == "zh_CN" else 17, bold=True, before=pitch, after=pitch / 2)
    table = made.add_table(rows=0, cols=len(attachment.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = (Mm(WIDTH * 0.3), Mm(WIDTH * 0.7))
    for row_no, row in enumerate((attachment.headings, *attachment.rows)):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = width
            word.cell_text(cell, text, font=HEADING if row_no == 0 else BODY, size=14 if document.lang == "zh_CN" else 11, pitch=20)
    if attachment.note:
        word.write(word.exact(made.add_paragraph(), 18, before=6), attachment.note, font=BODY, size=12 if document.lang == "zh_CN" else 10)


def _imprint(made: Document, document: Official) -> None:
    """版记: in Word it follows the text; the rules above and below are thick, the one between is thin."""
    size = 14 if document.lang == "zh_CN" else 11
    lines = [line for line in (document.copies, "\t".join(document.imprint)) if line]
    for number, text in enumerate(lines):
        paragraph = word.exact(made.add_paragraph(), 22, before=56 if number == 0 else 0)
        form = paragraph.paragraph_format
        form.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        form.keep_together, form.keep_with_next = True, number < len(lines) - 1
        if number == 0:
            word.rule(paragraph, "top", eighths=8)
        word.rule(paragraph, "bottom", eighths=8 if number == len(lines) - 1 else 6)
        for part_no, part in enumerate(text.split("\t")):
            if part_no:
                paragraph.add_run("\t")
            word.write(paragraph, part, font=BODY, size=size)
