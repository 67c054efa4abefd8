"""Text from anywhere, made fit for a page: what a reader cannot see, or what turns the line around, is taken out."""

from __future__ import annotations

import re
import unicodedata

# What may stand in one field of a document; whatever is longer is cut and says so. The JSON beside it keeps the whole text.
MOST = 6_000
# A longer run without a blank gets a place where the line may break after every PIECE characters; no word of a language is that long.
LONGEST_RUN, PIECE = 30, 10
CUT = "…"

# Marks that reorder a line (bidirectional controls), invisible separators, byte order mark, characters for interlinear notes, tags.
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff\u00ad]")
# Control characters but the line feed, halves of surrogate pairs and code points that are no characters: not allowed in XML either.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NO_CHARACTER = re.compile("|".join(f"[{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}]" for plane in range(1, 17)))
_PILED = 3  # combining marks on one letter; more of them climb over the lines above
_RUN = re.compile(r"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{31,}")  # longer than LONGEST_RUN


def clean(text: object) -> str:
    """The text as people may read it: composed (NFC), one kind of line end, blanks run together, nothing unseen; never fails."""
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", " ")
    plain = _NO_CHARACTER.sub("", _CONTROL.sub("", _UNSEEN.sub("", plain)))
    plain = _unpiled(unicodedata.normalize("NFC", plain))
    lines = [re.sub(r"[^\S\n\u3000]+", " ", line).strip(" ") for line in plain.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def line(text: object) -> str:
    """The text on one line."""
    return " ".join(clean(text).split("\n"))


def shortened(text: str, most: int = MOST) -> str:
    """At most ``most`` characters, cut visibly: an ellipsis and the length of the whole."""
    return text if len(text) <= most else f"{text[:most]}{CUT} [{len(text):,}]"


def breakable(text: str) -> str:
    """Long runs without a blank get zero-width spaces, so that no word leaves the page."""
    return _RUN.sub(lambda run: "\u200b".join(run[0][n : n + PIECE] for n in range(0, len(run[0]), PIECE)), text)


def fit(text: object, most: int = MOST) -> str:
    """What goes on a page: clean, cut to length, breakable."""
    return breakable(shortened(clean(text), most))


def _unpiled(text: str) -> str:
    kept: list[str] = []
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= _PILED:
            kept.append(character)
    return "".join(kept)
