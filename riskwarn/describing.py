"""Turns episodes into what people read: names, colour with its rule, the sentence, who and what is behind, the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from riskwarn import names, warehouse
from riskwarn.assess import episodes as ep
from riskwarn.assess.levels import Facts, Level, because, level_of
from riskwarn.assess.reasons import ReasonFacts, parts_of, reason
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.model import ALL, SERIES_COLUMNS, UNKNOWN, SeriesKey, reach_of
from riskwarn.sql import Connection

EVIDENCE_SHOWN = 500  # evidence rows kept per warning; evidence_count always gives the full number

# The columns of mart_warnings, on which others rely (docs/architecture.md).
MART_COLUMNS = (
    "warning_id",
    "indicator_id",
    "scope",
    "direction",
    "product_code",
    "product_name",
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
    "exposure",
    "p_value",
    "q_value",
    "reason_en",
    "reason_zh",
    "evidence_count",
    "sources",
    "freshness_note",
    "substance",
    "reach",
)


def shown_of(episodes: Sequence[ep.Episode]) -> list[ep.Episode]:
    """The episodes that a night shows: not told by another one, of an indicator that still exists."""
    known = {i.id for i in load_indicators()}
    return [e for e in episodes if not e.absorbed_by and e.indicator_id in known]


def describe(con: Connection, shown: Sequence[ep.Episode], behind: Behind, note: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The warnings of the night (one row per shown episode) and their evidence (see docs/architecture.md)."""
    indicators = {i.id: i for i in load_indicators()}
    # The sentence and the colour speak of the window that was judged (behind); the evidence goes back to the onset.
    evidence = warehouse.read_evidence(con, wanted_keys(shown), limit=EVIDENCE_SHOWN)
    counted = evidence.groupby("warning_id")["evidence_count"].first().to_dict()
    rows = [_warning(e, indicators[e.indicator_id], behind, note) | {"evidence_count": counted.get(e.episode_id, 0)} for e in shown]
    related = _related(shown)
    frame = pd.DataFrame(rows, columns=list(WARNING_COLUMNS))
    frame["related_to"] = [related[i] for i in frame["warning_id"]]
    return frame, evidence.drop(columns="evidence_count")


@dataclass(frozen=True)
class Behind:
    """Who and what is behind the warnings of a night: distinct events by warning, dimension and value; lots inspected by warning."""

    contributors: pd.DataFrame
    inspected: dict[str, int]

    @classmethod
    def read(cls, con: Connection, shown: Sequence[ep.Episode]) -> Behind:
        """Of the windows that were judged."""
        keys = wanted_keys(shown)
        window = keys.assign(from_week=keys["window_from_week"])
        return cls(warehouse.read_contributors(con, window), warehouse.read_inspected(con, keys))

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


def wanted_keys(shown: Sequence[ep.Episode]) -> pd.DataFrame:
    """What of the warehouse belongs to each episode (WANTED_COLUMNS): its series, from the onset and from the window's first week on."""
    indicators = {i.id: i for i in load_indicators()}
    return pd.DataFrame([row for e in shown for row in _wanted(e, indicators)], columns=WANTED_COLUMNS)


def _wanted(episode: ep.Episode, indicators: Mapping[str, Indicator]) -> list[list[Any]]:
    """One row for each kind of event that the episode counts: several where it combines signals."""
    window_from = episode.evidence.week - timedelta(weeks=episode.evidence.window_weeks - 1)
    key = [getattr(episode.key, name) for name in SERIES_COLUMNS]
    own = indicators[episode.indicator_id]
    counted = [indicators[part.indicator_id].numerator for part in parts_of(episode.evidence.parts)] or [own.numerator]
    weeks = [min(episode.onset_week, window_from), episode.last_week, window_from]
    return [[episode.episode_id, numerator, own.rule_source or None, *key, *weeks] for numerator in counted]


def shared_events(con: Connection, episodes: Sequence[ep.Episode]) -> dict[tuple[str, str], int]:
    """How many events each two episodes of an indicator have in common since their onset; of an episode with itself: all of them."""
    known = {i.id for i in load_indicators()}
    keys = wanted_keys([e for e in episodes if e.indicator_id in known])
    return warehouse.read_shared_events(con, keys) if len(keys) > 1 else {}


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
    "substance",
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
    "reach",
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
        products=behind.of(warning_id, "product_code")[:3],
        parts=parts_of(evidence.parts),
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
        "sources": ", ".join(sorted(code for code, _ in behind.of(warning_id, "source"))),
        "freshness_note": note,
        "reach": reach_of(key.scope).value,
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
