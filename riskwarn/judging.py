"""Joins the stages around the statistics: series -> signals -> episodes -> warnings, for a night or a replayed one.

Detection and assessment are pure; this module hands them what the night knew and writes down what they found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from riskwarn import names, warehouse
from riskwarn.assess import episodes as ep
from riskwarn.assess.levels import Facts, Level, because, level_of
from riskwarn.assess.reasons import ReasonFacts, reason
from riskwarn.cases import DECIDING, open_store
from riskwarn.detect import judge
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.lake import Lake
from riskwarn.model import ALL, SERIES_COLUMNS, UNKNOWN, SeriesKey
from riskwarn.settings import Settings
from riskwarn.sql import Connection

# Signals that are kept: what could sustain an episode, open or not. Everything else was judged and found unremarkable.
KEEP_P = 0.05
SIGNAL_COLUMNS = ("indicator_id", *SERIES_COLUMNS, *ep.EVIDENCE_COLUMNS, "is_rejected")
EVIDENCE_SHOWN = 500  # evidence rows kept per warning; evidence_count always gives the full number


def episode_rules(indicators: Sequence[Indicator]) -> dict[str, ep.EpisodeRules]:
    return {
        i.id: ep.EpisodeRules(i.sustain_p, i.close_after_quiet_weeks, i.reopen_within_weeks, is_budgeted=i.kind == "count")
        for i in indicators
    }


def previous_episodes(lake: Lake, as_of: date) -> tuple[ep.Episode, ...]:
    """The episodes of the newest earlier night: all that a night takes over from the past besides the facts."""
    earlier = lake.newest_before("episodes", as_of)
    return ep.from_frame(lake.read_frame("episodes", earlier)) if earlier else ()


def judge_night(con: Connection, as_of: date, previous: Sequence[ep.Episode]) -> pd.DataFrame:
    """The signals of a night: one row per judged series of interest, statistical and rule indicators alike."""
    series = warehouse.read_series(con)
    delays = warehouse.read_delays(con)
    found: list[pd.DataFrame] = []
    for indicator in load_indicators():
        open_keys = frozenset(e.key.text() for e in previous if e.is_active and e.indicator_id == indicator.id)
        if indicator.kind == "rule":
            signals = _grave_signals(con, indicator, as_of)
        else:
            signals = judge(series, indicator, as_of, open_keys=open_keys, delays=delays)
        if len(signals):
            signals = signals.assign(indicator_id=indicator.id)
            found.append(signals[(signals["p_value"].isna()) | (signals["p_value"] <= KEEP_P) | signals["is_rejected"]])
    if not found:
        return pd.DataFrame(columns=list(SIGNAL_COLUMNS))
    signals = pd.concat([frame.reindex(columns=list(SIGNAL_COLUMNS)) for frame in found], ignore_index=True)
    return signals.sort_values(["indicator_id", *SERIES_COLUMNS], ignore_index=True)


def _grave_signals(con: Connection, indicator: Indicator, as_of: date) -> pd.DataFrame:
    """Rule indicators: one grave event that became known within the look-back is a signal, whatever the counts."""
    events = warehouse.read_grave_events(con, indicator.rule_source, as_of - timedelta(weeks=indicator.lookback_weeks))
    rows = []
    for key, group in events.groupby(["direction", "product_scheme", "product_code", "origin_country"], sort=True):
        first, last = group["week"].min(), group["week"].max()
        number = float(group["event_key"].nunique())
        rows.append(
            {
                "scope": "product_origin",
                **dict(zip(SERIES_COLUMNS[1:5], key, strict=True)),
                "hazard_category": ALL,
                "week": last,
                "window_weeks": (last - first).days // 7 + 1,
                "observed": number,
                # No statistics: an expectation of zero and no ratio; one event is enough.
                **dict.fromkeys(("expected", "expected_lower", "expected_upper", "ratio", "ratio_lower", "ratio_upper"), 0.0),
                **dict.fromkeys(("exposure", "exposure_usual"), 0.0),
                **dict.fromkeys(("completeness", "season_factor"), 1.0),
                **dict.fromkeys(("p_value", "q_value", "pyod_score", "pyod_p_value"), float("nan")),
                "top_feature": "",
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
        touched = frozenset(decisions.loc[decisions["action"].isin(DECIDING), "warning_id"])
        rules = episode_rules(load_indicators())
        night = ep.advance(previous_episodes(lake, as_of), signals, rules, as_of, budget=settings.list_budget, touched=touched)
        frame, evidence = describe(con, night.episodes, freshness_note(lake, as_of))
        lake.write_frame("decisions", name, decisions)
        lake.write_frame("cut", name, ep.to_frame(night.cut))
        lake.write_frame("evidence", name, evidence)
        lake.write_frame("warnings", name, frame)
        counts = change_counts(night)
        lake.write_json("warn_counts", name, counts)
        lake.write_frame("episodes", name, ep.to_frame(night.episodes))
        store.follow(frame, as_of)
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


def describe(con: Connection, episodes: Sequence[ep.Episode], note: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The warnings of the night (one row per episode that is shown) and their evidence (see docs/architecture.md)."""
    indicators = {i.id: i for i in load_indicators()}
    shown = [e for e in episodes if not e.absorbed_by and e.indicator_id in indicators]
    keys = pd.DataFrame([_wanted(e, indicators[e.indicator_id]) for e in shown], columns=WANTED_COLUMNS)
    behind = Behind(warehouse.read_contributors(con, keys), warehouse.read_inspected(con, keys))
    rows = [_warning(e, indicators[e.indicator_id], behind, note) for e in shown]
    related = _related(shown)
    frame = pd.DataFrame(rows, columns=list(WARNING_COLUMNS))
    frame["related_to"] = [related[i] for i in frame["warning_id"]]
    return frame, warehouse.read_evidence(con, keys, limit=EVIDENCE_SHOWN).drop(columns="evidence_count")


@dataclass(frozen=True)
class Behind:
    """Who and what is behind the warnings of a night: distinct events by warning, dimension and value; lots inspected by warning."""

    contributors: pd.DataFrame
    inspected: dict[str, int]

    def of(self, warning_id: str, dimension: str) -> tuple[tuple[str, int], ...]:
        """(value, events) of one dimension, most first."""
        table = self.contributors
        mine = table[(table["warning_id"] == warning_id) & (table["dimension"] == dimension)]
        return tuple((str(code), int(n)) for code, n in zip(mine["code"], mine["event_count"], strict=True))

    def total(self, warning_id: str, dimension: str = "all") -> int:
        return sum(n for _, n in self.of(warning_id, dimension))

    def distinct(self, warning_id: str, dimension: str) -> int:
        """How many different known values."""
        return sum(code != UNKNOWN for code, _ in self.of(warning_id, dimension))


WANTED_COLUMNS = ["warning_id", "counts", "source", *SERIES_COLUMNS, "from_week", "to_week", "window_from_week"]


def _wanted(episode: ep.Episode, indicator: Indicator) -> list[Any]:
    window_from = episode.evidence.week - timedelta(weeks=episode.evidence.window_weeks - 1)
    key = [getattr(episode.key, name) for name in SERIES_COLUMNS]
    source = indicator.rule_source or None
    return [episode.episode_id, indicator.numerator, source, *key, min(episode.onset_week, window_from), episode.last_week, window_from]


WARNING_COLUMNS = (
    "warning_id",
    "indicator_id",
    "series_key",
    "scope",
    "direction",
    "product_scheme",
    "product_code",
    "product_name",
    "product_name_en",
    "product_name_zh",
    "origin_country",
    "hazard_category",
    "onset_week",
    "last_week",
    "first_raised_on",
    "status",
    "level",
    "risk_level",
    "signal_strength",
    "observed",
    "expected",
    "ratio",
    "ratio_lower",
    "ratio_upper",
    "window_weeks",
    "exposure",
    "p_value",
    "q_value",
    "reason_en",
    "reason_zh",
    "level_reason_en",
    "level_reason_zh",
    "evidence_count",
    "sources",
    "freshness_note",
    "proposal",
    "pyod_score",
    "pyod_p_value",
    "top_feature",
    "related_to",
)


def _warning(episode: ep.Episode, indicator: Indicator, behind: Behind, note: str) -> dict[str, Any]:
    key, evidence, warning_id = episode.key, episode.evidence, episode.episode_id
    level = _level(episode, indicator, behind)
    facts = ReasonFacts(
        noun=indicator.noun,
        key=key,
        window_weeks=evidence.window_weeks,
        observed=evidence.observed,
        expected=evidence.expected,
        inspected=behind.inspected.get(warning_id) if indicator.noun == "failed" else None,
        origins=behind.of(warning_id, "origin_country")[:3],
        hazards=behind.of(warning_id, "hazard_category")[:3],
    )
    name_zh = names.product(key.product_scheme, key.product_code, "zh_CN")
    return {
        **{name: getattr(key, name) for name in SERIES_COLUMNS},
        **{name: getattr(evidence, name) for name in ep.EVIDENCE_COLUMNS if name in WARNING_COLUMNS},
        "warning_id": episode.episode_id,
        "indicator_id": episode.indicator_id,
        "series_key": key.text(),
        "product_name": name_zh,
        "product_name_zh": name_zh,
        "product_name_en": names.product(key.product_scheme, key.product_code, "en"),
        "onset_week": episode.onset_week,
        "last_week": episode.last_week,
        "first_raised_on": episode.first_raised_on,
        "status": episode.status,
        "level": level.colour.value,
        "risk_level": level.risk_level,
        "signal_strength": level.signal_strength,
        "reason_en": reason(facts, "en"),
        "reason_zh": reason(facts, "zh_CN"),
        "level_reason_en": because(level, "en"),
        "level_reason_zh": because(level, "zh_CN"),
        "evidence_count": behind.total(warning_id),
        "sources": ", ".join(sorted(code for code, _ in behind.of(warning_id, "source"))),
        "freshness_note": note,
        "proposal": episode.proposal,
    }


def _level(episode: ep.Episode, indicator: Indicator, behind: Behind) -> Level:
    """The colour; the hazard is the series' own, or the gravest that makes up a fifth of the events."""
    warning_id = episode.episode_id
    hazards = [episode.key.hazard_category]
    if hazards == [ALL]:
        enough = 0.2 * behind.total(warning_id)
        hazards = [code for code, n in behind.of(warning_id, "hazard_category") if n >= enough]
    severities = [s for s in map(names.hazard_severity, hazards) if s is not None]
    return level_of(
        Facts(
            is_rule=indicator.kind == "rule",
            severity=max(severities) if severities else None,
            p_value=episode.evidence.p_value,
            ratio_lower=episode.evidence.ratio_lower,
            origins=behind.distinct(warning_id, "origin_country"),
            ports=behind.distinct(warning_id, "port_code"),
            enterprises=behind.distinct(warning_id, "enterprise_code"),
            deaths=behind.total(warning_id, "death"),
        )
    )


def _related(shown: Sequence[ep.Episode]) -> dict[str, str]:
    """Warnings of other indicators on the same product and origin: an officer reads them together."""

    def place(key: SeriesKey) -> tuple[str, str, str, str]:
        return (key.direction, key.product_scheme, key.product_code, key.origin_country)

    active = [e for e in shown if e.is_active]
    return {
        e.episode_id: ", ".join(sorted(o.episode_id for o in active if o is not e and e.is_active and place(o.key) == place(e.key)))
        for e in shown
    }
