"""Turns episodes into what people read: names, colour with its rule, the sentence, who and what is behind, the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riskwarn import names, warehouse
from riskwarn.assess import episodes as ep
from riskwarn.assess.levels import Level, because
from riskwarn.assess.reasons import ReasonFacts, parts_of, reason
from riskwarn.assessing import Assessment
from riskwarn.behind import Behind, wanted_keys
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.model import SERIES_COLUMNS, SeriesKey, reach_of
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
    "product_scheme",
    "product_name_en",
    "product_name_zh",
    "ratio_lower",
    "ratio_upper",
    "window_weeks",
    "level_reason_en",
    "level_reason_zh",
    "proposal",
    "related_to",
)


def shown_of(episodes: Sequence[ep.Episode]) -> list[ep.Episode]:
    """The episodes that a night shows: not told by another one, of an indicator that still exists."""
    known = {i.id for i in load_indicators()}
    return [e for e in episodes if not e.absorbed_by and e.indicator_id in known]


def describe(
    con: Connection, shown: Sequence[ep.Episode], behind: Behind, assessed: Mapping[str, Assessment], note: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The warnings of the night (one row per shown episode) and their evidence (see docs/architecture.md)."""
    indicators = {i.id: i for i in load_indicators()}
    # The sentence and the colour speak of the window that was judged (behind); the evidence goes back to the onset.
    evidence = warehouse.read_evidence(con, wanted_keys(shown), limit=EVIDENCE_SHOWN)
    counted = evidence.groupby("warning_id")["evidence_count"].first().to_dict()
    rows = [
        _warning(e, indicators[e.indicator_id], behind, assessed[e.episode_id].level, note)
        | {"evidence_count": counted.get(e.episode_id, 0)}
        for e in shown
    ]
    related = _related(shown)
    frame = pd.DataFrame(rows, columns=list(WARNING_COLUMNS))
    frame["related_to"] = [related[i] for i in frame["warning_id"]]
    return frame, evidence.drop(columns="evidence_count")


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


def _warning(episode: ep.Episode, indicator: Indicator, behind: Behind, level: Level, note: str) -> dict[str, Any]:
    key, evidence, warning_id = episode.key, episode.evidence, episode.episode_id
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


def _related(shown: Sequence[ep.Episode]) -> dict[str, str]:
    """Warnings of other indicators on the same product and origin: an officer reads them together."""

    def place(key: SeriesKey) -> tuple[str, str, str, str]:
        return (key.direction, key.product_scheme, key.product_code, key.origin_country)

    active = [e for e in shown if e.is_active]
    return {
        e.episode_id: ", ".join(sorted(o.episode_id for o in active if o is not e and e.is_active and place(o.key) == place(e.key)))
        for e in shown
    }
