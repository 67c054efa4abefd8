"""What the demo prints: the warning list, the comparison with the truth, and what to do next."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from riskwarn import names
from riskwarn.demo.compare import Comparison, Row, as_date
from riskwarn.frames import records
from riskwarn.model import ALL, UNKNOWN
from riskwarn.notify.formats import gravest_first
from riskwarn.settings import Settings
from riskwarn.text import Lang, translator

STYLES = {"red": "bold white on red", "orange": "black on dark_orange", "yellow": "black on yellow", "blue": "white on blue"}
OUTCOMES = {
    "found": "green",
    "missed": "bold red",
    "found_unexpectedly": "green",
    "not_expected": "dim",
    "silent": "green",
    "raised_wrongly": "bold red",
}
ALERT_SCHEMES = ("RASFF", "OPENFDA")


def language(settings: Settings) -> Lang:
    return "en" if settings.lang == "en" else "zh_CN"


def warning_table(warnings: pd.DataFrame, lang: Lang) -> Table:
    """The active warnings, gravest first, newest first within a colour."""
    _ = translator(lang)
    table = Table(title=_("Warning list of the synthetic country"), show_lines=True, expand=True)
    table.add_column(_("column level"), no_wrap=True)
    # Chinese has no blanks to break at: cells fold instead of being cut.
    for heading, ratio in (("product", 2), ("origin", 1), ("hazard", 1), ("reason", 5)):
        table.add_column(_(f"column {heading}"), ratio=ratio, overflow="fold")
    table.add_column(_("column first raised"), no_wrap=True)
    active = warnings[warnings["status"].isin(["open", "quiet"])]
    for row in sorted(records(active), key=gravest_first):
        table.add_row(
            f"[{STYLES[row['level']]}] {_('colour ' + row['level'])} [/]",
            escape(product_name(row, lang)),
            escape(names.country(row["origin_country"], lang)),
            escape(names.hazard(row["hazard_category"], lang)),
            escape(row["reason_zh"] if lang == "zh_CN" else row["reason_en"]),
            as_date(row["first_raised_on"]).isoformat(),
        )
    return table


def product_name(row: Row, lang: Lang) -> str:
    """The product of a warning or an event; a code belongs to the first scheme that knows it."""
    code = str(row["product_code"])
    if code == ALL:
        return translator(lang)("all products")
    if code.isdigit() or code == UNKNOWN:
        return names.product_label("HS", code, lang)
    labels = (names.product(scheme, code, lang) for scheme in ALERT_SCHEMES)
    return next((label for label in labels if label != code), code)


def truth_table(comparison: Comparison, lang: Lang) -> Table:
    """What was planted and what became of it."""
    _ = translator(lang)
    table = Table(title=_("What was planted, and what the nights made of it"), expand=True)
    for heading in ("event", "what happened", "began", "outcome", "weeks after onset"):
        is_fixed, ratio = heading in ("event", "began"), 4 if heading == "what happened" else None
        table.add_column(_(f"column {heading}"), no_wrap=is_fixed, ratio=ratio, overflow="fold")
    for row in records(comparison.events):
        weeks = row["weeks_after_onset"]
        table.add_row(
            row["event_id"],
            escape(row["note_zh"] if lang == "zh_CN" else row["note_en"]),
            as_date(row["onset_week"]).isoformat(),
            f"[{OUTCOMES[row['outcome']]}]{_('outcome ' + row['outcome'])}[/]",
            "" if pd.isna(weeks) else f"{weeks:.1f}",
        )
    return table


def show_results(out: Console, settings: Settings, warnings: pd.DataFrame, comparison: Comparison, lang: Lang) -> None:
    """The list, the comparison, the figures in one line each."""
    _ = translator(lang)
    out.print(warning_table(warnings, lang))
    out.print(truth_table(comparison, lang))
    for line in summary(comparison, _):
        out.print(line, highlight=False)
    for row in records(comparison.false_warnings):
        reason = row["reason_zh"] if lang == "zh_CN" else row["reason_en"]
        out.print(f"  [dim]{as_date(row['first_raised_on'])}[/] {escape(reason)}", highlight=False)
    show_next_steps(out, settings, _)


def summary(comparison: Comparison, _: Callable[[str], str]) -> list[str]:
    """Found, missed, false and silent, in plain words."""
    found, missed = comparison.count("found"), comparison.count("missed")
    lines = [_("Found {found} of {expected} events that could be found.").format(found=found, expected=found + missed)]
    if comparison.median_weeks is not None:
        lines.append(_("Half of them within {weeks} weeks of their beginning.").format(weeks=f"{comparison.median_weeks:.1f}"))
    decoys = comparison.count("silent", "raised_wrongly")
    silent = _("Decoys (more lots, more targeting, a yearly season): {silent} of {decoys} raised nothing.")
    lines.append(silent.format(silent=comparison.count("silent"), decoys=decoys))
    false = _("Warnings that nothing planted explains: {false} of {all}.")
    return [*lines, false.format(false=len(comparison.false_warnings), all=comparison.warning_count)]


def show_next_steps(out: Console, settings: Settings, _: Callable[[str], str]) -> None:
    """Where everything lies and what to type next."""
    home, night = settings.home, max((p.name for p in settings.reports.glob("????-??-??")), default="")
    places = (
        ("Warehouse", settings.warehouse),
        ("Bulletins", settings.outbox),
        ("Data Docs", settings.reports / night / "data_docs" / "index.html"),
        ("What was planted", home / "truth.csv"),
        ("Comparison", home / "demo_comparison.csv"),
    )
    out.print()
    for name, path in places:
        out.print(f"[bold]{_(name)}[/]: {escape(str(path))}", soft_wrap=True, highlight=False)
    query = "select level, product_name, origin_country, reason_zh from mart_warnings order by p_value limit 5"
    commands = (
        f"riskwarn report --home {home}",
        f'riskwarn shell --home {home} -c "{query}"',
        f'duckdb -readonly {settings.warehouse} "{query}"',
    )
    out.print(f"[bold]{_('Type next')}[/]:", highlight=False)
    for command in commands:
        out.print(f"  {escape(command)}", soft_wrap=True, highlight=False)
