"""The package for other departments and countries: what was found and what is done about it, and nothing that names anybody.

Built from a list of what may go out, not from a list of what may not: no enterprise, no business key, no narrative, no free text.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from riskwarn.documents import word
from riskwarn.documents.compose import compose, day_text, small
from riskwarn.documents.facts import NOTHING, Both, NoticeFacts, WarningFacts
from riskwarn.documents.render import as_json
from riskwarn.documents.typeset import pdf
from riskwarn.text import LANGS

FORMAT = "riskwarn-exchange/1"
MARK = Both("脱敏交换本", "REDACTED COPY")


@dataclass(frozen=True)
class Package:
    """A zip archive and what a receipt says of it."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def package(facts: NoticeFacts) -> Package:
    """The package of a notice; the same facts give the same bytes. Raises ValueError for a notice that is not signed."""
    if facts.signed is None:
        raise ValueError("only what is signed leaves the house")
    open_facts = redacted(facts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        word.put(archive, "exchange.json", as_json(_told(open_facts)))
        for lang in LANGS:
            document = replace(compose(open_facts, lang), mark=MARK.in_(lang))
            word.put(archive, f"{facts.kind}.{lang}.pdf", pdf("official", document.as_dict(), document.day))
    return Package(f"{facts.serial}.zip", out.getvalue())


def redacted(facts: NoticeFacts) -> NoticeFacts:
    """The facts without addressees, contacts, scopes, owners and every text that a person wrote."""
    warning = facts.warning
    product = None if warning.is_entered and not warning.hs_codes else warning.product
    hazard = None if warning.is_entered else warning.hazard
    shown = replace(warning, product=product, hazard=hazard, reason=_neutral(warning))
    return replace(
        facts,
        warning=shown,
        to=(),
        copies_to=(),
        contact="",
        advice=NOTHING,
        lift_reason=Both("风险已降至往常水平。", "The risk is back at its usual level.") if facts.lift_reason != NOTHING else NOTHING,
        signed=replace(facts.signed, by="") if facts.signed else None,
        measures=tuple(replace(measure, scope=NOTHING, owner=NOTHING) for measure in facts.measures),
    )


def _neutral(warning: WarningFacts) -> Both:
    """The finding in figures: the machine's own sentence may name a port or an enterprise."""
    if warning.observed is None or warning.expected is None:
        return Both("依据风险信息作出预警。", "The warning rests on risk information.")
    expected = small(warning.expected, 1)
    zh, en = day_text(warning.since, "zh_CN"), day_text(warning.since, "en")
    return Both(
        f"自{zh}当周起观察到{warning.observed:,.0f}起，按往常水平预期约{expected}起。",
        f"{warning.observed:,.0f} events observed since the week of {en}; about {expected} expected at the usual level.",
    )


def _told(facts: NoticeFacts) -> dict[str, Any]:
    warning = facts.warning
    pair = {name: _pair(getattr(warning, name)) for name in ("product", "origin", "hazard")}
    return {
        "format": FORMAT,
        "serial": facts.serial,
        "agency_number": facts.agency_number,
        "kind": str(facts.kind),
        "issuer": _pair(facts.issuer.name),
        "issued_on": _iso(facts.signed.on if facts.signed else None),
        "warning_id": warning.warning_id,
        "level": warning.level,
        "direction": warning.direction,
        **pair,
        "hs_codes": list(warning.hs_codes),
        "hazard_category": warning.hazard_category,
        "substance": warning.substance,
        "first_week": _iso(warning.since),
        "newest_week": _iso(warning.until),
        "observed": warning.observed,
        "expected": warning.expected,
        "sources": [_pair(source) for source in warning.sources],
        "measures": [{"what": _pair(m.what), "from": _iso(m.start_on), "to": _iso(m.end_on)} for m in facts.measures],
        "lifts": facts.lifts,
    }


def _pair(text: Both | None) -> dict[str, str] | None:
    return {"zh": text.zh, "en": text.en} if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
