"""The evaluation as plain values, for who shows it later: recall, lead, placebo, episodes elsewhere, each with its interval."""

from __future__ import annotations

from datetime import date
from typing import Any

from riskwarn.evaluation.intervals import by_chance, rate_interval, share_interval
from riskwarn.evaluation.score import NOT_REPLAYED, Evaluation, Outcome, Stratum


def as_plain(result: Evaluation) -> dict[str, Any]:
    """``strata``: quiet, middle, busy and all ("*"); shares with their exact 95% intervals. ``chance``: of the events, how many a list
    that knew nothing would be expected to find; ``chance_p``: the probability that it finds as many as were found.
    """
    rates = [(o.placebo_hits + 0.5) / (o.placebo_lanes + 1.0) for o in result.outcomes if o.status != NOT_REPLAYED]
    return {
        "begin": result.begin.isoformat(),
        "end": result.end.isoformat(),
        "every": result.every,
        "seed": result.seed,
        "chance": sum(rates),
        "chance_p": by_chance(rates, result.strata[-1].in_time),
        "strata": [_stratum(one, result.years) for one in result.strata],
        "outcomes": [_outcome(one) for one in result.outcomes],
    }


def _stratum(one: Stratum, years: float) -> dict[str, Any]:
    low, high = share_interval(one.in_time, one.events)
    least, most = rate_interval(one.elsewhere, years)
    return {
        "stratum": one.name,
        "events": one.events,
        "in_time": one.in_time,
        "late": one.late,
        "recall": one.in_time / one.events if one.events else None,
        "recall_lower": low if one.events else None,
        "recall_upper": high if one.events else None,
        "placebo": one.placebo_hits / one.placebo_lanes if one.placebo_lanes else None,
        "placebo_lanes": one.placebo_lanes,
        "median_lead_days": one.median_lead_days,
        "elsewhere_a_year": one.elsewhere / years,
        "elsewhere_lower": least,
        "elsewhere_upper": most,
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "name": one.event.name,
        "source": one.event.source,
        "status": one.status,
        "stratum": one.stratum,
        "visible_from": _day(one.event.visible_from),
        "official_on": _day(one.event.official_on),
        "first_raised_on": _day(one.first_raised_on),
        "lead_days": one.lead_days,
        "delay_days": one.delay_days,
        "known": one.known,
        "placebo_hits": one.placebo_hits,
        "placebo_lanes": one.placebo_lanes,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
