"""What can be sent: one item a warning or a reminder, in both languages, with the revision by which it is sent once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from riskwarn import names
from riskwarn.notify.formats import COLOURS, MARKS
from riskwarn.text import LANGS, Lang, translator
from riskwarn.workdays import COMMENT_LEAD, workdays_before, workdays_between

# Reminders go out when so many working days are left before the day by which a comment must be here.
REMINDERS = (1, 7, 14, 30)
# A measure that was adopted or came into force is told for so many days: not again for what happened years ago.
TOLD_DAYS = 30


@dataclass(frozen=True)
class Item:
    """One thing to tell.

    ``key`` names it for good, ``revision`` the state of it that is told: both together go once to each recipient. ``facts`` are what
    subscriptions filter by (colour, product_code, origin_country, unit_id, market_country, enterprise_code).
    """

    kind: str  # warnings | measures | overdue
    key: str
    revision: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)
    due_on: date | None = None
    is_follow_up: bool = False  # worth telling only those who were told of it before: a warning that closed


def warning_items(rows: Sequence[Mapping[str, Any]], units: Mapping[str, str]) -> list[Item]:
    """One item a warning of the night (rows of lake/warnings); ``units``: the owning unit by warning id.

    The revision changes with the colour and when it closes, not with each night's count: who was told is told again only then.
    """
    found = []
    for row in rows:
        is_active = row["status"] in ("open", "quiet")
        found.append(
            Item(
                kind="warnings",
                key=f"warning:{row['warning_id']}",
                revision=str(row["level"]) if is_active else "closed",
                title={lang: _warning_title(row, is_active, lang) for lang in LANGS},
                body={lang: _warning_body(row, lang) for lang in LANGS},
                facts={
                    "colour": str(row["level"]),
                    "product_code": str(row["product_code"]),
                    "origin_country": str(row["origin_country"]),
                    "unit_id": units.get(str(row["warning_id"]), ""),
                },
                is_follow_up=not is_active,
            )
        )
    return sorted(found, key=lambda item: (COLOURS.index(item.facts["colour"]), item.key))


def _warning_title(row: Mapping[str, Any], is_active: bool, lang: Lang) -> str:
    _ = translator(lang)
    name = row["product_name_zh" if lang == "zh_CN" else "product_name_en"]
    text = _("{colour} warning: {product}, {origin}") if is_active else _("closed: {product}, {origin}")
    title = text.format(colour=_(f"colour {row['level']}"), product=name, origin=names.country(str(row["origin_country"]), lang))
    return f"{MARKS[str(row['level'])]} {title}" if is_active else title


def _warning_body(row: Mapping[str, Any], lang: Lang) -> str:
    end = "zh" if lang == "zh_CN" else "en"
    lines = [row[f"reason_{end}"], row[f"level_reason_{end}"], row.get(f"explanation_{end}") or "", f"[{row['warning_id']}]"]
    return "\n".join(str(line) for line in lines if line)


def measure_items(rows: Sequence[Mapping[str, Any]], as_of: date, lead: int = COMMENT_LEAD) -> list[Item]:
    """One item a foreign measure x enterprise that it may hit (rows of measures.sql), at the stage it has reached tonight."""
    found = []
    for row in rows:
        closes = row["comment_deadline_on"]
        inside = workdays_before(closes, lead) if closes else None
        revision = stage_of(row, inside, as_of)
        if not revision:
            continue
        found.append(
            Item(
                kind="measures",
                key=f"measure:{row['family']}:{row['enterprise_code']}",
                revision=revision,
                title={lang: _measure_title(row, revision, inside, lang) for lang in LANGS},
                body={lang: _measure_body(row, inside, lang) for lang in LANGS},
                facts={
                    "market_country": str(row["market_country"]),
                    "product_code": str(row["hs_code"] or ""),
                    "enterprise_code": str(row["enterprise_code"]),
                },
                due_on=inside,
            )
        )
    return sorted(found, key=lambda item: (item.due_on or date.max, item.key))


def stage_of(row: Mapping[str, Any], inside: date | None, as_of: date) -> str:
    """How far a measure is: in_force | adopted (told once, in their first month), else due-1 | due-7 | due-14 | due-30 (working days left
    before the internal deadline, the tightest that holds), new, or empty: nothing to tell any more."""
    for name, column in (("in_force", "entry_into_force_on"), ("adopted", "adoption_on")):
        day = row[column]
        if day is not None and day <= as_of:
            return name if (as_of - day).days <= TOLD_DAYS else ""
    closes = row["comment_deadline_on"]
    if closes is not None and closes < as_of:
        return ""
    if inside is None:
        return "new"
    left = workdays_between(as_of, inside)
    return next((f"due-{days}" for days in REMINDERS if left <= days), "new")


def _measure_title(row: Mapping[str, Any], revision: str, inside: date | None, lang: Lang) -> str:
    _ = translator(lang)
    market = names.country(str(row["market_country"]), lang)
    if revision in ("in_force", "adopted"):
        text = _("{symbol} ({market}) is in force") if revision == "in_force" else _("{symbol} ({market}) is adopted")
        return text.format(symbol=row["symbol"], market=market)
    if inside is None:
        return _("{symbol} ({market}): a measure ahead").format(symbol=row["symbol"], market=market)
    return _("{symbol} ({market}): comment here by {day}").format(symbol=row["symbol"], market=market, day=inside.isoformat())


def _measure_body(row: Mapping[str, Any], inside: date | None, lang: Lang) -> str:
    _ = translator(lang)
    lines = [
        str(row["title"] or "")[:500],
        _("may hit {enterprise} ({code})").format(enterprise=row["enterprise_name"] or "", code=row["enterprise_code"]),
        _("HS {code}, {digits} digits agree").format(code=row["hs_code"], digits=row["match_level"]) if row["match_level"] else "",
    ]
    days = (
        ("comment here by", inside),
        ("WTO deadline", row["comment_deadline_on"]),
        ("adoption", row["adoption_on"]),
        ("entry into force", row["entry_into_force_on"]),
    )
    lines += [f"{_(f'column {name}')}: {day.isoformat()}" for name, day in days if day is not None]
    return "\n".join(line for line in lines if line)


def overdue_items(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """One item a thing that is overdue (case_id, what, due_on, days_late, unit_id: the unit that should know by now, title by language);
    told again when it goes one unit higher."""
    found = []
    for row in rows:
        values = {"case": row["case_id"], "day": row["due_on"].isoformat(), "days": row["days_late"]}
        found.append(
            Item(
                kind="overdue",
                key=f"overdue:{row['case_id']}:{row['what']}:{row['due_on'].isoformat()}",
                revision=str(row["unit_id"]),
                title={lang: translator(lang)("{case} was due on {day}").format(**values) for lang in LANGS},
                body={lang: row["title"][lang] + "\n" + translator(lang)("{days} working days late").format(**values) for lang in LANGS},
                facts={"unit_id": str(row["unit_id"])},
            )
        )
    return found
