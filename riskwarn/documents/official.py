"""An official document before it has a format: its parts in the order of GB/T 9704, in one language, all texts clean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from riskwarn.text import Lang

# Version of the layout and the standing texts: printed nowhere, kept in the JSON, so that a receipt says what was sent.
TEMPLATE_VERSION = "2026.1"


@dataclass(frozen=True)
class Paragraph:
    """``role`` is heading (一、 in 黑体), subheading (（一） in 楷体) or body."""

    role: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A table on a page of its own."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Official:
    """One document in one language. Labels are part of it, so that every format shows the same."""

    lang: Lang
    kind: str
    day: str  # ISO date of the document: also its time stamp, so that the same input gives the same bytes
    masthead: str
    serial: str  # with its label
    number: str  # the 文号, or the empty field for it
    mark: str  # 送审稿, or empty once signed
    title_mark: str  # the same below the title
    attachment_list: str  # 附件：... below the text
    title: str
    to: str
    paragraphs: tuple[Paragraph, ...]
    attachments: tuple[Attachment, ...]
    attachment_label: str
    signature: str
    dated: str
    contact: str
    copies: str
    imprint: tuple[str, str]  # issuing office, day of issue

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON and for the typesetter."""
        return {"template_version": TEMPLATE_VERSION, **asdict(self)}


def official_from(told: Mapping[str, Any]) -> Official:
    """The document that ``as_dict`` wrote, whatever else was kept with it."""
    known = {field.name: told[field.name] for field in fields(Official) if field.name in told}
    paragraphs = tuple(Paragraph(**one) for one in told["paragraphs"])
    attachments = tuple(
        Attachment(one["title"], tuple(one["headings"]), tuple(tuple(row) for row in one["rows"]), one["note"])
        for one in told["attachments"]
    )
    first, second = told["imprint"]
    return Official(**{**known, "paragraphs": paragraphs, "attachments": attachments, "imprint": (first, second)})
