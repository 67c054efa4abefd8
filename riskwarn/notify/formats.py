"""Formats of a bulletin. Hostile text stays text: Markdown is escaped, CSV cells that a spreadsheet would run are neutralised."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from riskwarn import names
from riskwarn.model import Reach
from riskwarn.text import Lang, translator

if TYPE_CHECKING:
    from riskwarn.notify.bulletin import Bulletin

COLOURS = ("red", "orange", "yellow", "blue")
MARKS = {"red": "🔴", "orange": "🟠", "yellow": "🟡", "blue": "🔵"}
CSV_COLUMNS = (
    "warning_id",
    "level",
    "status",
    "direction",
    "product_code",
    "product_name",
    "origin_country",
    "hazard_category",
    "indicator_id",
    "onset_week",
    "last_week",
    "first_raised_on",
    "observed",
    "expected",
    "ratio",
    "p_value",
    "q_value",
    "reason_zh",
    "reason_en",
    "level_reason_zh",
    "level_reason_en",
    "evidence_count",
    "sources",
    "freshness_note",
    "substance",
    "reach",
)


def gravest_first(row: dict[str, Any]) -> tuple[int, str, str]:
    """Order of the list: colour, then the newest first raised, then the id."""
    newest = "".join(chr(0x10FFFF - ord(c)) for c in str(row["first_raised_on"]))
    return (COLOURS.index(row["level"]), newest, row["warning_id"])


def as_json(body: Bulletin) -> str:
    value = {
        "as_of": body.as_of.isoformat(), "counts": body.counts, "estimated_fdr": body.estimated_fdr, "sources": body.sources,
        "warnings": list(body.warnings),
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


def neutral(value: object) -> object:
    """A CSV cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.lstrip(" \t\r\n")[:1] in ("=", "+", "-", "@"):
        return "'" + value
    return value


def as_csv(body: Bulletin) -> bytes:
    """The list for a spreadsheet: UTF-8 with a byte order mark, which Excel on Windows needs to show Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for row in body.warnings:
        writer.writerow([neutral(row.get(name)) for name in CSV_COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def markdown_text(value: object) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(str(value).split()))


def as_markdown(body: Bulletin, lang: Lang) -> str:
    _ = translator(lang)
    reason, why, figures = (f"{name}_{'zh' if lang == 'zh_CN' else 'en'}" for name in ("reason", "level_reason", "explanation"))
    lines = [f"# {_('Risk early warnings, night of {night}').format(night=body.as_of.isoformat())}", ""]
    lines.append(_summary(body, lang))
    lines += ["", *_source_lines(body, lang)]
    for colour in COLOURS:
        rows = [row for row in body.warnings if row["level"] == colour]
        if not rows:
            continue
        lines += ["", f"## {MARKS[colour]} {_(f'colour {colour}')} ({len(rows)})", ""]
        for row in rows:
            lines.append(f"- **{markdown_text(row[reason])}**  ")
            lines.append(f"  {markdown_text(row[why])}{_('sentence end')}  ")
            if row.get(figures):
                lines.append(f"  {markdown_text(row[figures])}  ")
            lines.append("  " + markdown_text(_facts(row, lang)) + f" `{row['warning_id']}`")
    return "\n".join(lines) + "\n"


def _summary(body: Bulletin, lang: Lang) -> str:
    _ = translator(lang)
    by_colour = [(c, sum(row["level"] == c for row in body.warnings)) for c in COLOURS]
    listed = _("list separator").join(f"{_(f'colour {c}')} {n}" for c, n in by_colour if n)
    if not listed:
        return _("No active warnings.")
    counts = {key: body.counts.get(key, 0) for key in ("opened", "closed", "cut_by_budget")}
    said = _("{total} active warnings: {listed}. New {opened}, closed {closed}, held back by the review budget {cut_by_budget}.").format(
        total=len(body.warnings), listed=listed, **counts
    )
    if body.estimated_fdr is None:
        return said
    return (
        said
        + "\n"
        + _("Estimated share of false ones among those opened this night: at most {fdr}.").format(fdr=f"{body.estimated_fdr:.1%}")
    )


def _source_lines(body: Bulletin, lang: Lang) -> list[str]:
    _ = translator(lang)
    bad = {name: verdict for name, verdict in body.sources.items() if verdict != "ok"}
    if not bad:
        return [_("All sources were in order.")]
    told = _("list separator").join(
        _("{source} ({verdict})").format(source=_(f"source {name}"), verdict=_(f"verdict {verdict}"))
        for name, verdict in sorted(bad.items())
    )
    return [_("Made without, or with old data of: {sources}.").format(sources=told)]


def _facts(row: dict[str, Any], lang: Lang) -> str:
    _ = translator(lang)
    parts = [_("first raised {day}").format(day=row["first_raised_on"]), _("since week {week}").format(week=row["onset_week"])]
    parts.append(_(f"direction {row['direction']}"))
    parts.append(names.hazard(row["hazard_category"], lang))
    if row.get("reach", Reach.CELL) != Reach.CELL:
        parts.append(_(f"reach {row['reach']}"))
    parts.append(_("evidence {count}").format(count=row["evidence_count"]))
    return " · ".join(parts)
