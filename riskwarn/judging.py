"""Joins the stages around the statistics: series -> signals -> episodes -> warnings, for a night or a replayed one.

Detection and assessment are pure; this module hands them what the night knew and writes down what they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd

from riskwarn import warehouse, workdays
from riskwarn.assess import episodes as ep
from riskwarn.assessing import assess, assessment_table
from riskwarn.behind import Behind, shared_events
from riskwarn.cases import held, open_store
from riskwarn.describing import describe, shown_of
from riskwarn.detect import judge_and_watch
from riskwarn.detect.carried import Carried, Memory
from riskwarn.detect.combining import combine
from riskwarn.detect.completeness import estimate_completeness, telling
from riskwarn.detect.judge import EVENT_BASE
from riskwarn.detect.panel import asked_columns, asked_since
from riskwarn.detect.standing import standing_excess
from riskwarn.detect.watch import watch_delays
from riskwarn.detect.weekly import Weekly, numbered_rows
from riskwarn.detect.workdays import Workdays
from riskwarn.explaining import data_version, explain, model_version
from riskwarn.frames import records
from riskwarn.holding import held_back
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.lake import Lake
from riskwarn.model import ALL, SERIES_COLUMNS, UNKNOWN, Scope
from riskwarn.picturing import warning_weeks
from riskwarn.settings import Settings
from riskwarn.sql import Connection

# Signals that are kept: what could sustain an episode, open or not. Everything else was judged and found unremarkable.
KEEP_P = 0.05
DELAY_WEEKS = 52  # events of the last year show how late reports arrive
SIGNAL_COLUMNS = ("indicator_id", *SERIES_COLUMNS, *ep.EVIDENCE_COLUMNS, "is_rejected")


def episode_rules(indicators: Sequence[Indicator]) -> dict[str, ep.EpisodeRules]:
    return {
        i.id: ep.EpisodeRules(i.sustain_p, i.close_after_quiet_weeks, i.reopen_within_weeks, is_budgeted=i.kind != "rule")
        for i in indicators
    }


def previous_episodes(lake: Lake, as_of: date) -> tuple[ep.Episode, ...]:
    """The episodes of the newest earlier night: all that a night takes over from the past besides the facts."""
    earlier = lake.newest_before("episodes", as_of)
    return ep.from_frame(lake.read_frame("episodes", earlier)) if earlier else ()


def recall(lake: Lake) -> dict[str, Memory]:
    """By indicator what the newest night that ran has learned, for the next to go on from; a table that cannot be read is no state."""
    found = {}
    for indicator in load_indicators():
        try:
            found[indicator.id] = Memory(Carried.of_frame(lake.read_frame("filter_states", indicator.id)))
        except (OSError, ValueError):
            found[indicator.id] = Memory()
    return found


def keep(lake: Lake, memories: Mapping[str, Memory], as_of: date) -> None:
    """Writes what was learned tonight, and by indicator how many series went on from an earlier night's state and how many did not."""
    for name, memory in memories.items():
        if memory.next is not None:
            lake.write_frame("filter_states", name, memory.next.frame())
    counts = {name: {"carried": one.carried, "replayed": one.replayed} for name, one in memories.items() if one.next is not None}
    lake.write_json("carried", as_of.isoformat(), counts)


def judge_night(
    con: Connection,
    as_of: date,
    previous: Sequence[ep.Episode],
    watched: list[pd.DataFrame] | None = None,
    memories: Mapping[str, Memory] | None = None,
) -> pd.DataFrame:
    """The signals of a night: one row per judged series of interest, statistical and rule indicators alike.

    ``watched`` receives what the night says of the detector itself (riskwarn.detect.watch), a table an indicator. ``memories`` (by
    indicator) spare it learning again what an earlier night has learned; they change no signal.
    """
    series = _read(con, as_of)
    events = warehouse.read_delays(con, as_of - timedelta(weeks=DELAY_WEEKS))
    delays = estimate_completeness(telling(events), as_of)
    calendar = Workdays(workdays.overrides())
    found: list[pd.DataFrame] = []
    judged: dict[str, tuple[Indicator, pd.DataFrame]] = {}
    for indicator in sorted(load_indicators(), key=lambda i: i.kind == "combined"):  # what joins others comes after them
        open_keys = frozenset(e.key.text() for e in previous if e.is_active and e.indicator_id == indicator.id)
        if indicator.kind == "rule":
            signals = _grave_signals(con, indicator, as_of)
        elif indicator.kind == "combined":
            alone = frozenset(e.key.text() for e in previous if e.is_active and e.indicator_id in indicator.combining.joins)
            signals = combine(judged, indicator, as_of, open_keys, alone)
        else:
            memory = (memories or {}).get(indicator.id)
            signals, told = judge_and_watch(
                series, indicator, as_of, open_keys=open_keys, delays=delays, workdays=calendar, told_p=KEEP_P, memory=memory
            )
            judged[indicator.id] = (indicator, signals)
            mine = events[events["is_live"] & (events["indicator_base"] == EVENT_BASE[indicator.numerator])]
            if watched is not None:
                watched += [told, watch_delays(indicator.id, mine, as_of)]
        if len(signals):
            signals = signals.assign(indicator_id=indicator.id)
            found.append(signals[(signals["p_value"].isna()) | (signals["p_value"] <= KEEP_P) | signals["is_rejected"]])
    if not found:
        return pd.DataFrame(columns=list(SIGNAL_COLUMNS))
    signals = pd.concat([frame.reindex(columns=list(SIGNAL_COLUMNS)) for frame in found], ignore_index=True).fillna({"parts": ""})
    return signals.sort_values(["indicator_id", *SERIES_COLUMNS], ignore_index=True)


def _read(con: Connection, as_of: date) -> Weekly:
    """The rows that the count indicators look at, as numbers, of the series that are judged."""
    counts = [indicator for indicator in load_indicators() if indicator.kind == "count"]
    columns = {name: None for indicator in counts for name in asked_columns(indicator)}
    since = min((asked_since(indicator, as_of) for indicator in counts), default=as_of)
    with warehouse.numbered_series(con, list(columns), since) as found:
        return numbered_rows(found.heads, found.batches, found.types, _judgeable)


def standing_night(con: Connection) -> pd.DataFrame:
    """What occurs too often whether or not it changed, and what occurred for the first time: for analysts, no warning follows from it."""
    return standing_excess(warehouse.read_standing(con))


def _judgeable(series: pd.DataFrame) -> pd.Series:
    """Leaves out unnamed products and the hazard series of unnamed hazards: a jump there tells of the records, not of the goods.

    Nobody could act on them. They stay in the warehouse, where their share can be watched, and a grave event among them still warns.
    """
    is_named = (series["scope"] == Scope.PRODUCT_ORIGIN) | (series["hazard_category"] != UNKNOWN)
    return is_named & (series["product_code"] != UNKNOWN)


def _grave_signals(con: Connection, indicator: Indicator, as_of: date) -> pd.DataFrame:
    """Rule indicators: one grave event that became known within the look-back is a signal, whatever the counts."""
    events = warehouse.read_grave_events(con, indicator.rule_source, as_of - timedelta(weeks=indicator.lookback_weeks))
    rows = []
    for key, group in events.groupby(["direction", "product_scheme", "product_code", "origin_country"], sort=True):
        first, last = group["week"].min(), group["week"].max()
        number = float(group["event_key"].nunique())
        rows.append(
            {
                "scope": Scope.PRODUCT_ORIGIN.value,
                **dict(zip(SERIES_COLUMNS[1:5], key, strict=True)),
                "hazard_category": ALL,
                "substance": ALL,
                "week": pd.Timestamp(last),  # as in the other indicators' signals, or the night has no Parquet type for it
                "window_weeks": (last - first).days // 7 + 1,
                "observed": number,
                # No statistics: an expectation of zero and no ratio; one event is enough.
                **dict.fromkeys(("expected", "variance", "expected_lower", "expected_upper", "ratio", "ratio_lower", "ratio_upper"), 0.0),
                **dict.fromkeys(("exposure", "exposure_usual"), 0.0),
                **dict.fromkeys(("completeness", "season_factor"), 1.0),
                **dict.fromkeys(("p_value", "q_value", "pyod_score", "pyod_p_value"), float("nan")),
                "top_feature": "",
                "evidence": "event",
                "parts": "",
                "is_rejected": True,
            }
        )
    return pd.DataFrame(rows, columns=list(SIGNAL_COLUMNS[1:]))


def warn_night(settings: Settings, lake: Lake, con: Connection, as_of: date) -> dict[str, int]:
    """Episodes, warnings, evidence and decisions of the night, written to the lake; the case store follows."""
    name = as_of.isoformat()
    signals = lake.read_frame("signals", name)
    if signals is None:
        raise FileNotFoundError(f"no signals for {name}: run `riskwarn detect --as-of {name}` first")
    with open_store(settings) as store:
        decisions = store.decisions(as_of)
        touched = held(decisions)
        rules = episode_rules(load_indicators())
        night = ep.advance(
            previous_episodes(lake, as_of),
            signals,
            rules,
            as_of,
            budget=settings.list_budget,
            touched=touched,
            overlap=partial(shared_events, con),
        )
        shown = shown_of(night.episodes)
        behind = Behind.read(con, shown)
        assessed = assess(shown, behind)
        lake.write_frame("assessments", name, assessment_table(assessed))
        frame, evidence = describe(con, shown, behind, assessed, freshness_note(lake, as_of))
        explained = explain(shown, behind, {i: r.sustain_p for i, r in rules.items()}, (model_version(), data_version(lake, as_of)))
        lake.write_frame("explanations", name, explained)
        lake.write_frame("warning_weeks", name, warning_weeks(con, shown))
        frame = frame.merge(explained[["warning_id", "explanation_en", "explanation_zh"]], on="warning_id", how="left")
        drift = drift_notes(lake, as_of)
        frame["freshness_note"] = [
            "; ".join(filter(None, [r["freshness_note"], *drift.get(r["indicator_id"], ())])) for r in records(frame)
        ]
        lake.write_frame("decisions", name, decisions)
        lake.write_frame("cut", name, held_back(con, night, settings.list_budget))
        lake.write_frame("evidence", name, evidence)
        lake.write_frame("warnings", name, frame)
        counts = change_counts(night) | {"notes": [line for lines in drift.values() for line in lines]}
        lake.write_json("warn_counts", name, counts)
        lake.write_frame("episodes", name, ep.to_frame(night.episodes))
        store.follow(frame, as_of, evidence)
    return counts


def change_counts(night: ep.Night) -> dict[str, Any]:
    """How the list changed, and the estimated false discovery rate among the statistical openings of the night."""
    by_id = {e.episode_id: e for e in night.episodes}
    q_values = [by_id[i].evidence.q_value for i in night.opened]
    known = [q for q in q_values if q is not None]
    return {
        "opened": len(night.opened),
        "continued": len(night.continued),
        "closed": len(night.closed),
        "cut_by_budget": len(night.cut),
        "estimated_fdr": max(known) if known else None,
    }


def freshness_note(lake: Lake, as_of: date) -> str:
    """Sources the night could not rely on, as "source: verdict; ..."; empty where all were in order."""
    notes = []
    for partition in lake.partitions("verdicts", as_of.isoformat(), ".json"):
        verdict = lake.read_json("verdicts", partition)["verdict"]
        if verdict != "ok":
            notes.append(f"{partition.split('/')[-1]}: {verdict}")
    return "; ".join(notes)


def drift_notes(lake: Lake, as_of: date) -> dict[str, list[str]]:
    """By indicator, what the detector's watch on itself found amiss tonight, as "detector drift: check value (lower to upper)"."""
    found: dict[str, list[str]] = {}
    watched = lake.read_frame("detector_watch", as_of.isoformat())
    for row in records(watched[~watched["is_ok"]]) if watched is not None else ():
        bounds = f"{row['lower_bound']:g} to {row['upper_bound']:g}"
        line = f"detector drift: {row['indicator_id']} {row['check_name']} {row['value']:.3g} ({bounds})"
        found.setdefault(row["indicator_id"], []).append(line)
    return found
