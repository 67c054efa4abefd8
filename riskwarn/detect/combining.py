"""The signals of several indicators on one lane, joined: a table of its own, in the shape of any other indicator's signals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pandas as pd

from riskwarn.detect.choice import COMBINATION
from riskwarn.detect.evidence import expected_interval, ratio_interval
from riskwarn.detect.fdr import discrete_q_values, settled_reach
from riskwarn.detect.fusion import Part, fused, leaning, reach_of_two
from riskwarn.detect.judge import SIGNAL_COLUMNS
from riskwarn.detect.null import tables
from riskwarn.detect.workdays import Floats
from riskwarn.indicators import Indicator
from riskwarn.model import SERIES_COLUMNS

LEAST_LEANING = 2  # one signal alone is its own indicator's business


def combine(
    judged: Mapping[str, tuple[Indicator, pd.DataFrame]],
    indicator: Indicator,
    as_of: date,
    open_keys: Collection[str] = (),
    alone: Collection[str] = (),
) -> pd.DataFrame:
    """Signals (SIGNAL_COLUMNS and ``parts``) of a combined indicator from tonight's signals of the indicators it joins.

    ``judged``: by indicator id, the indicator and its table from judge(). ``open_keys``: series with an open episode of this
    indicator. ``alone``: series on which a single signal has an open episode; they, and those where one is rejected tonight, are
    told by that signal. ``parts`` says what each leaning signal counted: "failure_rate 4/1.20; complaints 5/2.10".
    """
    rules = indicator.combining
    named = [name for name in rules.joins if name in judged and len(judged[name][1])]
    wide = [judged[name][1].loc[judged[name][1]["scope"].isin(indicator.scopes)].set_index("series_key") for name in named]
    keys = pd.Index(sorted(set().union(*(one.index for one in wide))), name="series_key") if wide else pd.Index([])
    if keys.empty:
        return pd.DataFrame(columns=[*SIGNAL_COLUMNS, "parts"]).astype({"is_rejected": bool})
    placed = [one.reindex(keys) for one in wide]
    parts = [_part(judged[name][0], one) for name, one in zip(named, placed, strict=True)]
    p_value = np.minimum(fused(parts) / rules.look_weights[(as_of.weekday() - 1) % 7], 1.0)
    leans = np.array([leaning(part.p_value) > 0.0 for part in parts])
    sums = {name: _sum(placed, leans, name) for name in ("observed", "expected", "variance")}
    widths = np.max([np.where(on, one["window_weeks"].fillna(1), 1) for one, on in zip(placed, leans, strict=True)], axis=0).astype(
        np.int64
    )
    is_judged = (leans.sum(axis=0) >= LEAST_LEANING) & (sums["observed"] >= rules.min_observed)
    in_family = ~keys.isin(list(open_keys)) & ~keys.isin(list(alone))
    for one in placed:
        in_family &= ~one["is_rejected"].fillna(False).to_numpy(dtype=bool)
    p_value = np.where(is_judged, p_value, 1.0)
    q_value = discrete_q_values(p_value, settled_reach(reach_of_two(parts), is_judged), is_judged, in_family)
    expected, variance = np.maximum(sums["expected"], 1e-9), np.maximum(sums["variance"], 1e-9)
    lower, upper = expected_interval(expected, variance)
    ratio, ratio_lower, ratio_upper = ratio_interval(
        sums["observed"], expected, np.maximum(variance / expected, 1.0), np.full(keys.size, 1e-6)
    )  # fmt: skip
    frame = pd.concat([one.reset_index() for one in wide]).drop_duplicates("series_key").set_index("series_key").loc[keys]
    table = frame.reset_index()[[*SERIES_COLUMNS, "series_key", "week"]].assign(
        window_weeks=widths, observed=sums["observed"], expected=sums["expected"], variance=sums["variance"],
        expected_lower=lower, expected_upper=upper, ratio=ratio, ratio_lower=ratio_lower, ratio_upper=ratio_upper,
        exposure=0.0, exposure_usual=0.0, season_factor=1.0, p_value=p_value, q_value=q_value,
        completeness=np.min([one["completeness"].fillna(1.0) for one in placed], axis=0),
        is_rejected=in_family & (q_value <= rules.q) & (sums["observed"] > sums["expected"]),
        pyod_score=0.0, pyod_p_value=1.0, top_feature="", evidence=COMBINATION, leaning_p=p_value, stratum=-1,
    )  # fmt: skip
    return table[list(SIGNAL_COLUMNS)].assign(parts=_told(named, placed, leans, p_value <= indicator.sustain_p))


def _part(indicator: Indicator, signals: pd.DataFrame) -> Part:
    one = indicator.counting
    law = tables(one.windows, one.window_weights, one.accumulation).law
    p_value, stratum = signals["leaning_p"].fillna(1.0), signals["stratum"].fillna(-1)
    return Part(p_value.to_numpy(dtype=np.float64), stratum.to_numpy(dtype=np.int64), law.reshape(-1, law.shape[-1]))


def _sum(placed: list[pd.DataFrame], leans: np.ndarray, name: str) -> Floats:
    total: Floats = np.sum(
        [np.where(on, one[name].fillna(0.0).to_numpy(dtype=np.float64), 0.0) for one, on in zip(placed, leans, strict=True)], axis=0
    )
    return total


def _told(named: list[str], placed: list[pd.DataFrame], leans: np.ndarray, wanted: np.ndarray) -> list[str]:
    texts = [""] * wanted.size
    columns = [(one["observed"].to_numpy(), one["expected"].to_numpy()) for one in placed]
    for row in np.flatnonzero(wanted):
        found = [
            f"{name} {observed[row]:.0f}/{expected[row]:.2f}"
            for name, (observed, expected), on in zip(named, columns, leans, strict=True)
            if on[row]
        ]
        texts[row] = "; ".join(found)
    return texts
