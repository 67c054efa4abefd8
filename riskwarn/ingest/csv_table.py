"""CSV: delimiter, encoding and heading row are found by trying which of them make the headings fit; DuckDB reads the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from riskwarn.ingest.content import HEAD, Bytes, head_of, transcode
from riskwarn.ingest.headings import Located, accept, locate_headings
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.sources import Layout
from riskwarn.sql import quote_identifier, quote_literal

DELIMITERS = (",", ";", "\t", "|")
LOOK_ROWS = 10  # a heading row stands among the first rows
# Bytes of one record; a longer one is set aside. In a small file a record may be as long as the file: somebody pasted a document into a
# field, and the row is worth reading. In a large one each reading thread would need a buffer of many times that.
MAX_LINE = 2 << 20
SMALL_FILE = 32 << 20
BUFFER = 32 << 20
MAX_COLUMNS = 1000


@dataclass(frozen=True)
class Sniffed:
    """How a text file is cut into fields; ``lines`` physical lines lie above the first data row."""

    delimiter: str
    located: Located
    lines: int

    @property
    def missing(self) -> int:
        return len(self.located.match.missing)


def open_csv(path: Path, work: Path, layouts: tuple[Layout, ...], facts: Bytes) -> Table:
    """The file as a table; refuses what cannot be decoded or whose headings fit no layout."""
    most = max_line(facts.size)
    if facts.longest_line > most:
        raise FileRefusedError("line_too_long", f"a line longer than {most >> 20} MB")
    guess = _best_guess(head_of(path), layouts, is_whole=facts.size <= HEAD)
    encodings = guess.located.match.layout.encodings
    if not (facts.is_utf8 and "utf-8" in encodings):
        target = work / "transcoded.csv"
        transcode(path, target, tuple(e for e in encodings if e != "utf-8" or facts.is_utf8))
        path = target
    sniffed = _sniff(head_of(path).decode("utf-8", "replace"), layouts)
    return _table(path, Sniffed(sniffed.delimiter, accept(sniffed.located), sniffed.lines))


def max_line(size: int) -> int:
    """Bytes that one record of a file of this size may have."""
    return max(MAX_LINE, size) if size <= SMALL_FILE else MAX_LINE


def _best_guess(head: bytes, layouts: tuple[Layout, ...], *, is_whole: bool) -> Sniffed:
    """Reads the headings in every encoding that a layout allows; the rest of the file is judged when the layout is known."""
    if not is_whole and b"\n" not in head and b"\r" not in head:
        raise FileRefusedError("line_too_long", "the first line has no end")
    encodings = dict.fromkeys(encoding for layout in layouts for encoding in layout.encodings)
    guesses = []
    for encoding in encodings:
        allowed = tuple(layout for layout in layouts if encoding in layout.encodings)
        guess = _sniff(head.decode(encoding, "replace"), allowed)
        if not guess.missing:
            return guess
        guesses.append(guess)
    return min(guesses, key=lambda guess: (guess.missing, -len(guess.located.match.taken)))


def _sniff(text: str, layouts: Sequence[Layout]) -> Sniffed:
    text = text.removeprefix("\ufeff")
    tries = [_cut(text, delimiter, layouts) for delimiter in DELIMITERS]
    return min(tries, key=lambda sniffed: (sniffed.missing, -len(sniffed.located.match.taken)))


def _cut(text: str, delimiter: str, layouts: Sequence[Layout]) -> Sniffed:
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) == LOOK_ROWS:
                break
    except csv.Error:
        pass  # a field beyond all measure: the rows before it are all there is to look at
    located = locate_headings(rows, layouts)
    return Sniffed(delimiter, located, lines[located.row])


def _table(path: Path, sniffed: Sniffed) -> Table:
    width = len(sniffed.located.headings)
    if width > MAX_COLUMNS:
        raise FileRefusedError("too_wide", f"{width} columns")
    names = tuple(f"c{position}" for position in range(width))
    columns = ", ".join(f"{quote_literal(name)}: 'VARCHAR'" for name in names)
    above = sniffed.located.row + 1
    most = max_line(path.stat().st_size)
    bounds = f"max_line_size = {most}, buffer_size = {max(BUFFER, most)}, store_rejects = true"
    relation = (
        f"read_csv({quote_literal(str(path))}, auto_detect = false, header = false, skip = {sniffed.lines}, columns = {{{columns}}}, "
        f"delim = {quote_literal(sniffed.delimiter)}, quote = '\"', escape = '\"', {bounds})"
    )
    return Table(
        relation=relation,
        columns=tuple(quote_identifier(name) for name in names),
        match=sniffed.located.match,
        row_no=f"row_number() over () + {above}",
        counted_from=above + 1,
        size_bytes=path.stat().st_size,
        has_rejects=True,
    )
