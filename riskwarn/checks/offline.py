"""The readable part of a page: no script, no style, nothing fetched from elsewhere, no link that leads nowhere."""

from __future__ import annotations

import html
from html.parser import HTMLParser

_DROPPED = {"script", "style", "head", "nav", "button", "svg", "footer", "form", "iframe", "object"}
_VOID = {"br", "hr", "img", "input", "link", "meta", "area", "base", "col", "embed", "source", "track", "wbr"}
_KEPT_VOID = {"br", "hr"}
_SIDEBAR = "col-lg-2"  # holds filters that need scripts and a table of contents of two lines


def body_of(page: str) -> str:
    """The content of ``page``: text, tables and structure with their classes; every other attribute goes."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "".join(reader.kept)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self._skipped: list[str] = []  # open elements inside one that is dropped

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag in _VOID:
            if tag in _KEPT_VOID and not self._skipped:
                self.kept.append(f"<{tag}>")
        elif self._skipped or tag in _DROPPED or _SIDEBAR in classes:
            self._skipped.append(tag)
        elif tag not in ("html", "body"):
            name = "span" if tag in ("a", "label") else tag  # the links lead to a site that is not here
            self.kept.append(f'<{name} class="{html.escape(classes)}">' if classes else f"<{name}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag not in ("html", "body"):
            self.kept.append(f"</{'span' if tag in ('a', 'label') else tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.kept.append(html.escape(data, quote=False))
