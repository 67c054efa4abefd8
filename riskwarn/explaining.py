"""Why a warning is there, in figures: what was usual and how sure that is, who is behind it, and whether it stands without them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

import pandas as pd

from riskwarn.assess import episodes as ep
from riskwarn.assess.wording import count, number, probability
from riskwarn.behind import Behind
from riskwarn.detect.beside import MODEL_VERSION
from riskwarn.detect.tails import mid_p
from riskwarn.lake import Lake
from riskwarn.model import UNKNOWN
from riskwarn.places import PACKAGE
from riskwarn.text import Lang, translator

# Left out one at a time: does the warning rest on one trader, or on one port that looks harder?
LEFT_OUT = {"enterprise": "enterprise_code", "port": "port_code"}
HIGHEST_RATIO_TOLD = 100.0
NAMED = {"hazard": "hazard_category", "origin": "origin_country"}
COLUMNS = (
    "warning_id", "indicator_id", "week", "window_weeks", "observed", "expected", "expected_lower", "expected_upper", "ratio",
    "ratio_lower", "ratio_upper", "p_value", "q_value", "exposure", "exposure_usual", "completeness", "season_factor",
    "top_enterprise", "top_enterprise_events", "p_without_top_enterprise", "stands_without_top_enterprise",
    "top_port", "top_port_events", "p_without_top_port", "stands_without_top_port",
    "top_hazard", "top_hazard_events", "top_origin", "top_origin_events",
    "pyod_score", "pyod_p_value", "top_feature", "model_version", "data_version", "explanation_en", "explanation_zh",
)  # fmt: skip


@dataclass(frozen=True)
class Without:
    """The largest contributor of one dimension, and what the warning is without its events.

    The usual level is left as it is: what the contributor alone would usually bring is not known, so ``p_value`` errs towards doubt.
    """

    code: str
    events: int
    p_value: float | None
    stands: bool | None


def explain(shown: Sequence[ep.Episode], behind: Behind, sustain_p: Mapping[str, float], versions: tuple[str, str]) -> pd.DataFrame:
    """One row a shown episode (COLUMNS). ``sustain_p`` by indicator; ``versions``: of the model and of the data."""
    table = behind.contributors
    rows = [_row(e, table[table["warning_id"] == e.episode_id], sustain_p[e.indicator_id], versions) for e in shown]
    # Typed whatever the night holds: with rules only, or no warning at all, there are no values to tell the types by.
    stands = {name: "boolean" for name in COLUMNS if name.startswith("stands_")}
    numbers = dict.fromkeys((name for name in COLUMNS if name.startswith("p") and name != "pyod_score"), "float64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(stands | numbers)


def model_version() -> str:
    """The version of riskwarn, of its indicators and of the frozen pyod models: another one may judge otherwise."""
    digest = hashlib.sha256(MODEL_VERSION.encode())
    for path in sorted((PACKAGE / "indicators").glob("*.toml")):
        digest.update(path.read_bytes())
    return f"{version('riskwarn')}+{digest.hexdigest()[:12]}"


def data_version(lake: Lake, as_of: date) -> str:
    """The deliveries that the night could know, as one short hash; they are named by their content.

    One that came later is none of them, so that a night run again has the version it had; history counts for every night.
    """
    known = []
    for partition in sorted(_accepted(lake)):
        record = lake.read_json("deliveries", partition) or {}
        if record.get("is_history") or partition.split("/")[-1][:10] < as_of.isoformat():
            known.append(partition)
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:12]


def _accepted(lake: Lake) -> list[str]:
    folders = sorted(folder.name for folder in (lake.root / "accepted").glob("*/"))
    return [partition for folder in folders for partition in lake.partitions("accepted", folder)]


def _row(episode: ep.Episode, behind: pd.DataFrame, sustain_p: float, versions: tuple[str, str]) -> dict[str, Any]:
    evidence = episode.evidence
    out = {name: _without(evidence, behind, dimension, sustain_p) for name, dimension in LEFT_OUT.items()}
    row: dict[str, Any] = {name: getattr(evidence, name) for name in ep.EVIDENCE_COLUMNS if name in COLUMNS}
    row |= {"warning_id": episode.episode_id, "indicator_id": episode.indicator_id}
    for name, found in out.items():
        row |= {f"top_{name}": found.code, f"top_{name}_events": found.events}
        row |= {f"p_without_top_{name}": found.p_value, f"stands_without_top_{name}": found.stands}
    for name, dimension in NAMED.items():
        code, events = _largest(behind, dimension)
        row |= {f"top_{name}": code, f"top_{name}_events": events}
    row |= {"model_version": versions[0], "data_version": versions[1]}
    return row | {"explanation_en": sentence(evidence, out, "en"), "explanation_zh": sentence(evidence, out, "zh_CN")}


def _largest(behind: pd.DataFrame, dimension: str) -> tuple[str, int]:
    """The known value with most events; empty where none is known."""
    mine = behind[(behind["dimension"] == dimension) & (behind["code"] != UNKNOWN)]
    return (str(mine["code"].iloc[0]), int(mine["event_count"].iloc[0])) if len(mine) else ("", 0)


def _without(evidence: ep.Evidence, behind: pd.DataFrame, dimension: str, sustain_p: float) -> Without:
    code, events = _largest(behind, dimension)
    if not code or evidence.p_value is None or evidence.expected <= 0 or evidence.variance <= 0:
        return Without(code, events, None, None)
    rest = max(evidence.observed - events, 0.0)
    alone = mid_p(evidence.observed, evidence.expected, evidence.variance)
    # What windows and looks made of the probability they make of the other one too.
    p_value = min(mid_p(rest, evidence.expected, evidence.variance) * max(evidence.p_value / alone, 1.0), 1.0)
    return Without(code, events, p_value, p_value <= sustain_p)


def sentence(evidence: ep.Evidence, left_out: Mapping[str, Without], lang: Lang) -> str:
    """The figures in words; for a rule (no statistics) only who is behind it."""
    _ = translator(lang)
    parts = []
    if evidence.p_value is not None:
        values = {
            "lower": count(evidence.expected_lower, lang), "upper": count(evidence.expected_upper, lang),
            "ratio": number(evidence.ratio, lang, 1), "least": number(evidence.ratio_lower, lang, 1), "most": _most(evidence, lang),
            "p": probability(evidence.p_value, lang), "q": probability(evidence.q_value or 0.0, lang),
        }  # fmt: skip
        # Of next to nothing, any count is thousands of times as much: then only the lower end of the interval says something.
        is_sparse = evidence.ratio > HIGHEST_RATIO_TOLD
        text = (
            _("Quiet windows bring {lower} to {upper}. At least {least} times the usual (95% sure); p = {p}, q = {q}.")
            if is_sparse
            else _("Quiet windows bring {lower} to {upper}. {ratio} times the usual (90% interval {least} to {most}); p = {p}, q = {q}.")
        )
        parts.append(text.format(**values))
    if evidence.completeness < 0.95:
        share = number(100 * evidence.completeness, lang)
        parts.append(_("About {share}% of these weeks' reports are in; the expectation allows for that.").format(share=share))
    parts += [_told(name, found, evidence, lang) for name, found in left_out.items() if found.p_value is not None]
    return ("" if lang == "zh_CN" else " ").join(parts)  # Chinese sentences need no space between them


def _most(evidence: ep.Evidence, lang: Lang) -> str:
    return "∞" if evidence.ratio_upper > 1000 else number(evidence.ratio_upper, lang, 1)


def _told(name: str, found: Without, evidence: ep.Evidence, lang: Lang) -> str:
    _ = translator(lang)
    values = {
        "who": found.code,
        "events": number(found.events, lang), "all": number(evidence.observed, lang),
        "rest": number(max(evidence.observed - found.events, 0.0), lang), "p": probability(found.p_value or 0.0, lang),
    }  # fmt: skip
    text = _(f"without {name} it stands") if found.stands else _(f"without {name} it does not stand")
    return text.format(**values)
