"""Writes an evaluation: the table of events beside the episodes, and the page."""

from __future__ import annotations

from pathlib import Path

from riskwarn.evaluation.page import as_html, summary
from riskwarn.evaluation.score import Evaluation, events_table
from riskwarn.lake import replacing
from riskwarn.text import Lang, translator


def write_evaluation(result: Evaluation, out_file: Path, html_file: Path | None, lang: Lang) -> list[str]:
    """Writes ``<out_file>.events.csv`` and, where asked for, the page; returns what to tell on the screen."""
    events_file = out_file.with_name(out_file.name + ".events.csv")
    with replacing(events_file) as aside:
        events_table(result).to_csv(aside, index=False, encoding="utf-8-sig")
    told = [translator(lang)("{count} events -> {file}").format(count=len(result.outcomes), file=events_file)]
    if html_file:
        with replacing(html_file) as aside:
            aside.write_text(as_html(result, lang), encoding="utf-8")
        told.append(str(html_file))
    return [*told, summary(result, lang)]
