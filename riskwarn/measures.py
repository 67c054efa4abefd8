"""Measures ahead: which foreign measures may hit whom, and by when an enterprise has to speak so that its comment arrives in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from riskwarn import names, warehouse
from riskwarn.frames import day_of_cell, records
from riskwarn.settings import Settings
from riskwarn.text import Lang, translator
from riskwarn.workdays import COMMENT_LEAD, workdays_before

MOST_ROWS = 200
HEADINGS = ("symbol", "measure", "enterprise", "market", "match", "comment here by", "WTO deadline", "days left")


def measures_ahead(
    settings: Settings,
    *,
    enterprise: str | None = None,
    broad: bool = False,
    lead: int = COMMENT_LEAD,
    granted: Mapping[str, date] | None = None,
) -> list[dict[str, Any]]:
    """The published night's matches whose comment period is not over, those that enterprises met as a barrier first, then the most
    urgent, each with ``internal_deadline``: ``lead`` working days before the WTO's, None where there is none. ``granted`` are the
    extensions that Members granted, by family: they end the comment period instead.
    """
    later = granted or {}
    with warehouse.open_published(settings) as con:
        rows = records(warehouse.read_measures(con, enterprise, broad=broad, most=MOST_ROWS, extended=list(later)))
    night = warehouse.published_night(settings) or date.min
    for row in rows:
        closes = later.get(row["family"]) or day_of_cell(row["comment_deadline_on"])
        row["comment_deadline_on"] = closes
        row["internal_deadline"] = workdays_before(closes, lead) if closes else None
    ahead = [row for row in rows if row["comment_deadline_on"] is None or row["comment_deadline_on"] >= night]
    return sorted(ahead, key=lambda row: (not row["barrier_count"], row["comment_deadline_on"] or date.max))


def show_measures(out: Console, rows: list[dict[str, Any]], night: date, lang: Lang) -> None:
    """The list as a table; what should have been said by ``night`` is red."""
    _ = translator(lang)
    if not rows:
        out.print(_("No foreign measure ahead matches a profile."))
        return
    table = Table(title=_("Foreign measures ahead, night of {night}").format(night=night), show_lines=True)
    for heading in HEADINGS:
        table.add_column(_(f"column {heading}"), overflow="fold")
    for row in rows:
        inside = row["internal_deadline"]
        table.add_row(
            row["symbol"],
            escape(str(row["title"] or "")[:120]),
            escape(f"{row['enterprise_name'] or ''} {row['enterprise_code']}".strip()),
            names.country(row["market_country"], lang),
            _match(row, lang),
            "-" if inside is None else str(inside),
            "-" if row["comment_deadline_on"] is None else str(row["comment_deadline_on"]),
            "-" if row["comment_deadline_on"] is None else str((row["comment_deadline_on"] - night).days),
            style="red" if inside is not None and inside <= night else "",
        )
    out.print(table)


def _match(row: dict[str, Any], lang: Lang) -> str:
    """Why it matched: the digits that agree, and the words."""
    _ = translator(lang)
    parts = []
    if row["match_level"]:
        parts.append(_("HS {code}, {digits} digits agree").format(code=row["hs_code"], digits=row["match_level"]))
    words = list(row["matched_words"]) if row["matched_words"] is not None else []
    if words:
        parts.append(_("words: {words}").format(words=escape(_("list separator").join(words))))
    if row["barrier_count"]:
        cost = sum(value for value in (row["loss_cny"], row["compliance_cost_cny"]) if value is not None and value == value)
        parts.append(_("{count} reports of it as a barrier met, {cost} CNY").format(count=row["barrier_count"], cost=f"{cost:,.0f}"))
    return "; ".join(parts)
