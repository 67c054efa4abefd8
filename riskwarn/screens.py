"""What the command line shows: tables for people who read a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from riskwarn.frames import records
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.notify.formats import gravest_first
from riskwarn.notify.subscriptions import Subscription
from riskwarn.report import RunReport
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.text import Lang, translator

STYLES = {"red": "bold white on red", "orange": "black on dark_orange", "yellow": "black on yellow", "blue": "white on blue"}
ROWS_SHOWN = 200
LEAST_WIDTH = 12  # what a column of longer texts must have room for, in cells of the terminal


def show_warnings(out: Console, settings: Settings, as_of: date, lang: Lang) -> None:
    """The active warnings of a night, gravest first."""
    _ = translator(lang)
    frame = Lake(settings.lake).read_frame("warnings", as_of.isoformat())
    rows = [] if frame is None else [row for row in records(frame) if row["status"] in ("open", "quiet")]
    if not rows:
        out.print(_("No active warnings."))
        return
    table = Table(title=_("Risk early warnings, night of {night}").format(night=as_of), show_lines=True, expand=True)
    for heading, ratio in (("level", None), ("reason", 5), ("why this colour", 3), ("first raised", None), ("id", None)):
        table.add_column(_(f"column {heading}"), ratio=ratio, no_wrap=ratio is None, overflow="fold")
    for row in sorted(rows, key=gravest_first):
        colour = f"[{STYLES[row['level']]}] {_('colour ' + row['level'])} [/]"
        reason, why = ("reason_zh", "level_reason_zh") if lang == "zh_CN" else ("reason_en", "level_reason_en")
        table.add_row(colour, escape(row[reason]), escape(row[why]), str(row["first_raised_on"])[:10], row["warning_id"])
    out.print(table)


def show_report(out: Console, report: RunReport, lang: Lang) -> None:
    """What came in, the list's changes and how long the stages took."""
    _ = translator(lang)
    table = Table(title=_("Sources, night of {night}").format(night=report.as_of))
    for heading in ("source", "files", "read", "accepted", "quarantined", "duplicates", "newest received", "verdict"):
        table.add_column(
            _(f"column {heading}"), justify="right" if heading in ("files", "read", "accepted", "quarantined", "duplicates") else "left"
        )
    for name, part in report.sources.items():
        verdict = part["verdict"]
        counts = [f"{part[key]:,}" for key in ("files", "read", "accepted", "quarantined", "duplicates")]
        shown = _(f"verdict {verdict}") if verdict == "ok" else f"[bold red]{_(f'verdict {verdict}')}[/]"
        table.add_row(_(f"source {name}"), *counts, part["newest_received_on"] or "-", shown)
    out.print(table)
    for name, part in report.sources.items():
        for issue in part["issues"]:
            out.print(
                f"  {_(f'source {name}')}: {escape(_issue_line(issue['code'], issue['detail'], issue.get('file', ''), _))}", highlight=False
            )
    for note in report.notes:
        out.print(f"  {escape(note)}", style="yellow", highlight=False)
    show_sending(out, report.sending, lang)
    if report.warnings:
        text = _("Warnings: {opened} opened, {continued} continued, {closed} closed, {cut_by_budget} held back by the review budget.")
        out.print(text.format(**report.warnings))
    if report.estimated_fdr is not None:
        out.print(
            _("Estimated share of false ones among those opened this night: at most {fdr}.").format(fdr=f"{report.estimated_fdr:.1%}")
        )
    seconds = ", ".join(f"{_(f'stage {stage}')} {value:.1f} s" for stage, value in report.stages.items())
    out.print(_("Night {night}: {outcome}. {seconds}").format(night=report.as_of, outcome=_(f"outcome {report.outcome}"), seconds=seconds))
    if report.error:
        out.print(escape(report.error), style="red")


def show_sending(out: Console, results: Mapping[str, Mapping[str, Any]], lang: Lang) -> None:
    """What went out to whom; what failed is red and is tried again at the next sending."""
    _ = translator(lang)
    for name, result in results.items():
        if result["sent"]:
            out.print(_("  {name}: {sent} sent").format(name=escape(name), sent=result["sent"]), highlight=False)
        if result["error"]:
            text = _("  {name}: {failed} not sent, tried again at the next sending: {error}")
            told = text.format(name=escape(name), failed=result["failed"], error=escape(result["error"]))
            out.print(told, style="red", highlight=False)


def show_subscriptions(out: Console, subscriptions: Iterable[Subscription], lang: Lang) -> None:
    """Who is told of what."""
    _ = translator(lang)
    table = Table(title=_("Subscriptions"))
    for heading in ("subscription", "channel", "recipient", "what", "filter"):
        table.add_column(_(f"column {heading}"), overflow="fold")
    for one in subscriptions:
        lists = {name: getattr(one, name) for name in ("products", "origins", "units", "markets", "enterprises")}
        wanted = [f"{name}: {' '.join(values)}" for name, values in lists.items() if values]
        if one.least != "blue":
            wanted.append(f">= {_(f'colour {one.least}')}")
        table.add_row(*(escape(text) for text in (one.name, f"{one.channel} ({one.mode})", one.to, ", ".join(one.what), "; ".join(wanted))))
    out.print(table)


def show_deliveries(out: Console, taken: Iterable[Delivery], lang: Lang) -> int:
    """The files taken in; returns the exit code: 3 where one of them was quarantined whole."""
    _ = translator(lang)
    table = Table(title=_("Files taken in"))
    for heading in ("source", "file", "layout", "read", "accepted", "quarantined", "duplicates", "verdict"):
        table.add_column(_(f"column {heading}"))
    code = 0
    listed = list(taken)
    for delivery in listed:
        code = 3 if delivery.verdict == "quarantined" else code
        is_checked = delivery.state == "checked"  # before the check it is not known how many rows count
        parts = [f"{n:,}" if is_checked else "" for n in (delivery.accepted, delivery.quarantined)]
        counts = (f"{delivery.read:,}", *parts, f"{delivery.duplicates:,}")
        table.add_row(
            _(f"source {delivery.source}"), escape(delivery.file_name), delivery.layout, *counts, _(f"verdict {delivery.verdict}")
        )
    out.print(table)
    for delivery in listed:
        for issue in delivery.issues:
            out.print(f"  {escape(_issue_line(issue.code, issue.detail, delivery.file_name, _))}", highlight=False)
    return code


def _issue_line(code: str, detail: str, file_name: str, _: Callable[[str], str]) -> str:
    """What is the matter in the reader's language, the code that documents and scripts use, and what was met."""
    said = detail if detail.startswith(file_name) else f"{file_name}: {detail}"
    return f"{_(code)} ({code}): {said}"


def show_sources(out: Console, settings: Settings, lang: Lang) -> None:
    """Each source: where its files go, how often they are due, what has come."""
    _ = translator(lang)
    lake = Lake(settings.lake)
    table = Table()
    for heading in ("source", "drop zone", "due every (days)", "files", "newest delivery", "required columns"):
        table.add_column(_(f"column {heading}"))
    for source in all_sources().values():
        deliveries = lake.partitions("deliveries", source.name, ".json")
        newest = deliveries[-1].split("/")[-1][:10] if deliveries else "-"
        required = " / ".join(", ".join(c.name for c in layout.required) for layout in source.layouts)
        name = source.name_zh if lang == "zh_CN" else source.name_en
        table.add_row(name, str(settings.landing / source.name), str(source.cadence_days), str(len(deliveries)), newest, required)
    out.print(table)


def run_shell(out: Console, settings: Settings, lang: Lang, command: str | None) -> int:
    """Runs one query, or reads statements ended by ";" until the end of input; the published night cannot be changed by them."""
    from riskwarn import warehouse

    _ = translator(lang)
    if command is not None:
        with warehouse.open_published(settings) as con:
            return _query(out, con, command, _("(first {count} rows)"))
    if sys.stdin.isatty():
        out.print(_("Queries end with ';'. Tables: show tables; columns: describe mart_warnings. Ctrl-D leaves."))
    code, pending = 0, ""
    for line in sys.stdin:
        pending += line
        if line.rstrip().endswith(";"):
            # The link is followed anew: a night published meanwhile is seen by the next query.
            with warehouse.open_published(settings) as con:
                code = max(code, _query(out, con, pending, _("(first {count} rows)")))
            pending = ""
    if pending.strip():
        with warehouse.open_published(settings) as con:
            code = max(code, _query(out, con, pending, _("(first {count} rows)")))
    return code


def _query(out: Console, con: duckdb.DuckDBPyConnection, query: str, more: str) -> int:
    try:
        result = con.execute(query)
    except duckdb.Error as error:
        out.print(escape(str(error)), style="red")
        return 1
    names = [str(column[0]) for column in result.description or ()]
    rows = result.fetchmany(ROWS_SHOWN + 1)
    texts = [["" if value is None else str(value) for value in row] for row in rows[:ROWS_SHOWN]]
    needed = sum(min(max(map(cell_len, column)), LEAST_WIDTH) + 3 for column in zip(names, *texts, strict=True)) + 1
    out.print(_across(names, texts) if needed <= out.width or not texts else _down(names, texts))
    if len(rows) > ROWS_SHOWN:
        out.print(more.format(count=ROWS_SHOWN))
    return 0


def _across(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table()
    for name in names:
        table.add_column(escape(name), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _down(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A line for each value, for rows too wide to be read across."""
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        for name, text in zip(names, row, strict=True):
            table.add_row(escape(name), escape(text))
        table.add_section()
    return table
