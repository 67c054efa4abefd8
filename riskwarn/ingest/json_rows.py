"""JSON and JSON lines: objects read one at a time, whatever the size of the file; every value becomes text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import JSONDecoder
from pathlib import Path
from typing import Any

from riskwarn.ingest.content import Bytes, Kind, decoded_chunks, transcode
from riskwarn.ingest.headings import accept, locate_headings
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.ingest.text_parts import ROW_NO, TextParts, stored_name
from riskwarn.sources import Layout
from riskwarn.sql import quote_identifier, quote_literal

MAX_VALUE = 16 << 20  # characters of one object
MAX_KEYS = 2000

# Numbers stay as they were written: a code keeps its digits, a long number costs nothing to convert.
_DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda name: None)


def open_json(path: Path, work: Path, layouts: tuple[Layout, ...], facts: Bytes, kind: Kind) -> Table:
    """The file as a table; its keys are the headings."""
    encodings = tuple(dict.fromkeys(encoding for layout in layouts for encoding in layout.encodings))
    if not facts.is_utf8:
        transcode(path, work / "transcoded.json", tuple(e for e in encodings if e != "utf-8"))
        path = work / "transcoded.json"
    unreadable: list[tuple[int, str]] = []
    paths = {layout.json_path for layout in layouts if layout.json_path}
    rows = _lines(path) if kind is Kind.JSONL else _items(path, paths)
    with TextParts(work / "json") as parts:
        for row_no, value in rows:
            if not isinstance(value, dict):
                unreadable.append((row_no, value if isinstance(value, str) else "no object"))
                continue
            parts.add(row_no, {str(key): _text(item) for key, item in value.items()})
            if len(parts.columns) > MAX_KEYS:
                raise FileRefusedError("too_wide", f"more than {MAX_KEYS} different keys")
    if not parts.rows:
        raise FileRefusedError("empty" if not unreadable else "damaged", "no readable object")
    located = accept(locate_headings([tuple(parts.columns)], layouts))
    relation = f"read_parquet({quote_literal(str(parts.folder / 'part-*.parquet'))}, union_by_name = true)"
    columns = tuple(quote_identifier(stored_name(number)) for number in parts.columns.values())
    return Table(relation, columns, located.match, quote_identifier(ROW_NO), unreadable=tuple(unreadable))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Line number and object; for a line that is none, why."""
    with path.open(encoding="utf-8-sig", newline="\n") as handle:
        number = 0
        while line := handle.readline(MAX_VALUE):
            number += 1
            if len(line) >= MAX_VALUE:
                raise FileRefusedError("line_too_long", f"line {number} is longer than {MAX_VALUE >> 20} million characters")
            if not line.strip():
                continue
            try:
                yield number, _DECODER.decode(line.strip())
            except (json.JSONDecodeError, RecursionError) as error:
                yield number, f"no JSON object: {error.msg if isinstance(error, json.JSONDecodeError) else 'nested too deeply'}"


class _Window:
    """The part of a document that is being read: grows at the end, forgets what was read."""

    def __init__(self, path: Path) -> None:
        self._chunks = decoded_chunks(path, "utf-8")
        self._text = ""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        piece = next(self._chunks, None)
        if piece is None:
            self._ended = True
            return False
        self._text = self._text[self._at :] + piece
        self._at = 0
        return True

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n\ufeff":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> None:
        if self.peek() != character:
            raise FileRefusedError("truncated" if self._ended else "damaged", f"JSON: {character!r} expected")
        self._at += 1

    def value(self) -> Any:
        """The next JSON value, read whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise FileRefusedError("damaged", "JSON: nested too deeply") from None
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > MAX_VALUE:
                    raise FileRefusedError("line_too_long", f"JSON: a value of more than {MAX_VALUE >> 20} million characters") from None
                if not self._more():
                    raise FileRefusedError("truncated", f"JSON: {error.msg}") from None
                continue
            # A number at the very end of what was read so far may go on in the next piece.
            if end == len(self._text) and not self._ended and self._more():
                continue
            self._at = end
            return value


def _items(path: Path, json_paths: set[str]) -> Iterator[tuple[int, Any]]:
    """Ordinal (from 1) and object of the document's list: the document itself, the list under a layout's key, or its only list."""
    window = _Window(path)
    if window.peek() == "[":
        yield from _list_items(window)
        return
    window.take("{")
    members: dict[str, Any] = {}
    while window.peek() != "}":
        key = window.value()
        window.take(":")
        if window.peek() == "[" and (key in json_paths or not json_paths):
            yield from _list_items(window)
            return
        members[str(key)] = window.value()
        if window.peek() == ",":
            window.take(",")
    window.take("}")
    yield 1, members


def _list_items(window: _Window) -> Iterator[tuple[int, Any]]:
    window.take("[")
    number = 0
    while window.peek() != "]":
        number += 1
        yield number, window.value()
        if window.peek() != ",":
            break
        window.take(",")
    window.take("]")
