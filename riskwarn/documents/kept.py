"""The facts of a notice as plain values, to be kept and read again: what was signed can be rendered again, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from riskwarn.documents.facts import Agency, Both, Kind, MeasureLine, NoticeFacts, Signed, WarningFacts


def as_plain(facts: NoticeFacts) -> dict[str, Any]:
    """Values of JSON; days in ISO form."""
    plain: dict[str, Any] = _plain(asdict(facts))
    return plain


def from_plain(told: Mapping[str, Any]) -> NoticeFacts:
    """The facts that ``as_plain`` wrote, also those of an earlier version: what it did not know stays at its default."""
    warning, signed = told["warning"], told["signed"]
    return NoticeFacts(
        kind=Kind(told["kind"]),
        serial=told["serial"],
        issuer=_agency(told["issuer"]),
        drafted_on=date.fromisoformat(told["drafted_on"]),
        warning=WarningFacts(
            **{
                **{field.name: warning[field.name] for field in fields(WarningFacts) if field.name in warning},
                **{name: _both(warning[name]) for name in ("product", "origin", "hazard")},
                "since": date.fromisoformat(warning["since"]),
                "until": date.fromisoformat(warning["until"]),
                "reason": Both(**warning["reason"]),
                "sources": _all(warning["sources"]),
                "hs_codes": tuple(warning["hs_codes"]),
            }
        ),
        to=_all(told["to"]),
        measures=tuple(_measure(one) for one in told["measures"]),
        agency_number=told["agency_number"],
        signed=signed and Signed(signed["by"], date.fromisoformat(signed["on"])),
        copies_to=_all(told["copies_to"]),
        contact=told["contact"],
        advice=Both(**told["advice"]),
        lifts=told["lifts"],
        lifts_on=_day(told["lifts_on"]),
        lift_reason=Both(**told["lift_reason"]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _both(told: Mapping[str, str] | None) -> Both | None:
    return Both(**told) if told else None


def _all(told: list[Mapping[str, str]]) -> tuple[Both, ...]:
    return tuple(Both(**one) for one in told)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _agency(told: Mapping[str, Any]) -> Agency:
    return Agency(**{**told, **{name: Both(**told[name]) for name in ("name", "masthead", "address")}})


def _measure(told: Mapping[str, Any]) -> MeasureLine:
    return MeasureLine(Both(**told["what"]), Both(**told["scope"]), _day(told["start_on"]), _day(told["end_on"]), Both(**told["owner"]))
