"""WTO document symbols of notifications, as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SYMBOL = re.compile(r"G/(TBT|SPS)/N/([A-Z]{2,4})/(\d{1,6})((?:/(?:Add|Corr|Rev|Suppl)\.\d{1,3})*)", re.IGNORECASE)
_LINK = re.compile(r"/(Add|Corr|Rev|Suppl)\.(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Symbol:
    """G/SPS/N/CHN/1234/Add.1: agreement, Member (alpha-3, or EU), number, and the chain of documents added to it."""

    agreement: str
    member: str
    number: int
    chain: tuple[tuple[str, int], ...]

    @property
    def family(self) -> str:
        """The symbol of the notification itself."""
        return f"G/{self.agreement}/N/{self.member}/{self.number}"

    @property
    def kind(self) -> str:
        """original, or what the last link makes of it: Add, Corr, Rev, Suppl."""
        return self.chain[-1][0] if self.chain else "original"

    def __str__(self) -> str:
        return self.family + "".join(f"/{kind}.{number}" for kind, number in self.chain)


def parse_symbol(text: str) -> Symbol | None:
    """The symbol in its usual spelling, or None where the text is none; blanks and case do not matter."""
    found = _SYMBOL.fullmatch(re.sub(r"\s+", "", text))
    if found is None:
        return None
    chain = tuple((kind.capitalize(), int(number)) for kind, number in _LINK.findall(found[4]))
    return Symbol(found[1].upper(), found[2].upper(), int(found[3]), chain)
