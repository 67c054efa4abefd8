"""The evaluation as one HTML page: no network, no script, a table beside every plot, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

import pandas as pd

from riskwarn.evaluation import plots
from riskwarn.evaluation.intervals import by_chance, rate_interval, share_interval
from riskwarn.evaluation.score import NOT_REPLAYED, Evaluation, Outcome, Stratum
from riskwarn.frames import records
from riskwarn.model import ALL
from riskwarn.places import PACKAGE
from riskwarn.text import Lang, translator

STYLE = PACKAGE / "evaluation" / "page.css"


def as_html(evaluation: Evaluation, lang: Lang) -> str:
    """The whole page, in one language."""
    _ = translator(lang)
    told = [o for o in evaluation.outcomes if o.status != NOT_REPLAYED]
    held = [s for s in evaluation.strata if s.events]
    first = evaluation.openings.drop_duplicates("warning_id")
    raised = [(pd.Timestamp(day).date(), name != "") for day, name in zip(first["raised_on"], first["event"], strict=True)]
    parts = [
        f"<h1>{escape(_('What the warnings would have been worth'))}</h1>",
        f'<p class="lead">{escape(summary(evaluation, lang))}</p>',
        _section(_("Events: how early"), plots.lead_times(told, _) if told else "", _events(evaluation.outcomes, lang)),
        _section(_("More than chance?"), plots.recall(held, [_(f"stratum {s.name}") for s in held], _), _strata(evaluation, lang)),
        f"<p>{escape(_('placebo explained').format(seed=evaluation.seed))}</p>",
        _section(_("Everything that was raised"), plots.months(raised, evaluation.begin, evaluation.end, _), _episodes(first, lang)),
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(_("Backtest"))}</title>'
    style = f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>"
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="{lang.replace("_", "-")}"><head>{head}{style}</head><body>\n{body}\n</body></html>\n'


def summary(evaluation: Evaluation, lang: Lang) -> str:
    """The result in a few sentences."""
    _, total = translator(lang), evaluation.strata[-1]
    rates = [(o.placebo_hits + 0.5) / (o.placebo_lanes + 1.0) for o in evaluation.outcomes if o.status != NOT_REPLAYED]
    low, high = share_interval(total.in_time, total.events)
    text = _(
        "{found} of {events} events were found in time ({low} to {high} at 95%), {late} late. "
        "Lanes without an event lead to expect {chance} found by chance "
        "(probability of as many as were found: {p}). "
        "Elsewhere {rate} episodes were raised a year. Nights from {begin} to {end}, every {every} days."
    )
    lead = "" if total.median_lead_days is None else _("Median lead over the official act: {lead} days.") + " "
    return lead.format(lead=f"{total.median_lead_days:g}" if lead else "") + text.format(
        found=total.in_time,
        events=total.events,
        low=_percent(low),
        high=_percent(high),
        late=total.late,
        chance=f"{sum(rates):.2f}",
        p=f"{by_chance(rates, total.in_time):.1g}",
        rate=f"{total.elsewhere / evaluation.years:.1f}",
        begin=evaluation.begin,
        end=evaluation.end,
        every=evaluation.every,
    )


def _section(title: str, plot: str, table: str) -> str:
    return f"<section><h2>{escape(title)}</h2><figure>{plot}</figure>{table}</section>"


def _events(outcomes: Sequence[Outcome], lang: Lang) -> str:
    _ = translator(lang)
    head = [_("event"), _("result"), _("visible from"), _("official act"), _("first raised"), _("lead, days"), _("days since visible")]
    head += [_("events in the year before"), _("known in time"), _("by chance")]
    rows = [
        [
            (o.event.name, o.event.source),
            _(f"status {o.status}"),
            o.event.visible_from,
            o.event.official_on or "–",
            o.first_raised_on or "–",
            "–" if o.lead_days is None else o.lead_days,
            "–" if o.delay_days is None else o.delay_days,
            o.volume,
            o.known,
            f"{o.placebo_hits}/{o.placebo_lanes}",
        ]
        for o in outcomes
    ]
    return _table(head, rows, [o.status for o in outcomes])


def _strata(evaluation: Evaluation, lang: Lang) -> str:
    _ = translator(lang)
    head = [
        _("lanes"),
        _("events"),
        _("found in time"),
        _("of them by chance"),
        _("late"),
        _("median lead, days"),
        _("episodes a year elsewhere"),
    ]
    rows = [_stratum(evaluation, s, _(f"stratum {s.name}")) for s in evaluation.strata]
    return _table(head, rows, ["total" if s.name == ALL else "" for s in evaluation.strata])


def _stratum(evaluation: Evaluation, s: Stratum, name: str) -> list[object]:
    low, high = rate_interval(s.elsewhere, evaluation.years)
    return [
        name,
        s.events,
        _share(s.in_time, s.events),
        _share(s.placebo_hits, s.placebo_lanes),
        s.late,
        "–" if s.median_lead_days is None else f"{s.median_lead_days:g}",
        f"{s.elsewhere / evaluation.years:.1f} ({low:.1f}–{high:.1f})",
    ]


def _episodes(first: pd.DataFrame, lang: Lang) -> str:
    _ = translator(lang)
    head = [_("first raised"), _("event"), _("stratum"), _("observed"), _("expected"), "p", _("why")]
    reason = "reason_en" if lang == "en" else "reason_zh"
    rows = [
        [
            pd.Timestamp(row["raised_on"]).date(),
            row["event"] or "–",
            _(f"stratum {row['stratum']}"),
            f"{row['observed']:.0f}",
            f"{row['expected']:.1f}",
            "–" if pd.isna(row["p_value"]) else f"{row['p_value']:.1g}",
            row[reason],
        ]
        for row in records(first.sort_values(["raised_on", "warning_id"]))
    ]
    count = _("{count} episodes").format(count=len(rows))
    return f"<details><summary>{escape(count)}</summary>{_table(head, rows, ['event' if row[1] != '–' else '' for row in rows])}</details>"


def _table(head: Iterable[object], rows: Sequence[Sequence[object]], classes: Sequence[str]) -> str:
    top = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    lines = "".join(
        f'<tr class="{kind}">' + "".join(_cell(cell) for cell in row) + "</tr>" for row, kind in zip(rows, classes, strict=True)
    )
    return f'<div class="table"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cell(value: object) -> str:
    """A table cell; of a pair the second stands small below the first."""
    if isinstance(value, tuple):
        return f"<td>{escape(str(value[0]))}<small>{escape(str(value[1]))}</small></td>"
    kind = ' class="day"' if isinstance(value, date) else ""
    return f"<td{kind}>{escape(str(value))}</td>"


def _share(hits: int, trials: int) -> str:
    """Hits of trials with the share and its exact 95% interval."""
    if not trials:
        return "–"
    low, high = share_interval(hits, trials)
    return f"{_percent(hits / trials)} ({_percent(low)}–{_percent(high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if 0.0 < share < 0.1 else f"{100 * share:.0f}%"
