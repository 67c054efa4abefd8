"""One night's judgement of every series of an indicator. Pure: a table in, a table out; no file, no database, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numba import njit, prange

from riskwarn.detect.beside import Beside, beside, features
from riskwarn.detect.carried import Memory, run
from riskwarn.detect.choice import Chosen, choose
from riskwarn.detect.completeness import week_shares
from riskwarn.detect.evidence import LEAST_EXPECTED, expected_interval, ratio_interval, scan
from riskwarn.detect.exposure import exposure_of
from riskwarn.detect.fdr import discrete_q_values, settled_reach
from riskwarn.detect.filter import SEASON, Track, Tuning, harmonics, prior_variance
from riskwarn.detect.naming import is_borne_out
from riskwarn.detect.panel import Counts, Panel, build_panel
from riskwarn.detect.prior import margin_prior
from riskwarn.detect.recursion import HORIZON, Accumulation, Year, accumulate
from riskwarn.detect.steps import WIDE_STEP, in_steps, ratio_in_steps
from riskwarn.detect.stock import add_rows, take_stock, units_of
from riskwarn.detect.watch import NewestWeeks, watch, watch_nothing
from riskwarn.detect.weekly import Weekly
from riskwarn.detect.workdays import Floats, Ints, Workdays, day_weights
from riskwarn.indicators import Detector, Indicator
from riskwarn.model import SERIES_COLUMNS, Reach, Scope, reach_of

# Which events of core_event each numerator counts: their delays are the numerator's.
EVENT_BASE = {
    "failed": "failed",
    "complaints": "complaint",
    "injuries": "injury",
    "enterprise_reports": "enterprise_report",
    "foreign_alerts": "foreign_alert",
}
SIGNAL_COLUMNS = (
    *SERIES_COLUMNS, "series_key", "week", "window_weeks", "observed", "expected", "variance", "expected_lower", "expected_upper", "ratio",
    "ratio_lower", "ratio_upper", "exposure", "exposure_usual", "completeness", "season_factor", "p_value", "q_value", "is_rejected",
    "pyod_score", "pyod_p_value", "top_feature", "evidence",
    "leaning_p", "stratum",
)  # fmt: skip
CHAPTER_SEASON = prior_variance(level=1.0, slope=0.2, first=0.5, second=0.3)[0]
OWN_SEASON = prior_variance(level=1.0, slope=0.1, first=0.15, second=0.1)[0]  # how far a series may differ from its chapter
DISPERSION_WEEKS = 10.0
LEAST_POOLED_DISPERSION = 1.2  # reports of one event come in clusters, too seldom in sparse series to be estimated there
LEAST_WIDE_RATIO = 1.5  # lower end of the 90% interval of the rate ratio that a level wider than a cell must show
EXPLAIN_P = 0.05  # for signals beyond this the pyod feature is not worked out


@dataclass(frozen=True)
class Expectation:
    """The newest weeks of every series (series x weeks) and what they should hold."""

    counts: Floats
    expected: Floats
    exposure: Floats
    rate_var: Floats  # per series, of the newest week
    dispersion: Floats
    season_factor: Floats
    exposure_usual: Floats  # per series and week, over the last year
    year: Year  # the same of the weeks over which evidence accumulates


def judge(
    series: pd.DataFrame,
    indicator: Indicator,
    as_of: date,
    open_keys: Collection[str] = (),
    *,
    delays: pd.DataFrame | None = None,
    workdays: Workdays | None = None,
) -> pd.DataFrame:
    """The signals of :func:`judge_and_watch` alone."""
    return judge_and_watch(series, indicator, as_of, open_keys, delays=delays, workdays=workdays)[0]


def judge_and_watch(
    series: pd.DataFrame | Weekly,
    indicator: Indicator,
    as_of: date,
    open_keys: Collection[str] = (),
    *,
    delays: pd.DataFrame | None = None,
    workdays: Workdays | None = None,
    told_p: float = 1.0,
    memory: Memory | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Signals of every series of a count indicator at ``as_of`` (columns SIGNAL_COLUMNS, one row a series, in order of series), and
    what its newest weeks say of the detector (riskwarn.detect.watch).

    ``series`` has the columns of core_series_week, non-zero weeks only, as known at ``as_of``; :func:`weekly_rows` of it serves several
    indicators. ``open_keys`` are series_key texts with an open episode: judged, but neither tests nor discoveries of tonight's
    family. ``delays``: see estimate_completeness. Series beyond ``told_p`` have no intervals (all 0): they cost much time, and nobody
    is shown them. ``memory`` carries what was learned from night to night (riskwarn.detect.carried); it changes no result.
    ``p_value`` is after windows and looks; no column holds NaN.
    """
    detector = indicator.counting
    panel = build_panel(series, indicator, as_of)
    if panel.keys.empty:
        return pd.DataFrame(columns=list(SIGNAL_COLUMNS)).astype({"is_rejected": bool}), watch_nothing()
    shares = _week_shares(panel, indicator, as_of, delays, workdays or Workdays())
    seen = expect(panel, indicator, shares, memory)
    summed = accumulate(seen.year.counts, seen.year.expected, seen.year.rate_var, seen.dispersion)
    found, leaning = (joined(seen, summed, detector, least) for least in (detector.min_observed, 1))
    second = second_opinion(seen, found, leaning, detector) if detector.pyod != "off" else None
    evidence = second.fused_p if second is not None and detector.pyod == "fused" else found.p_value
    p_value = np.minimum(evidence / detector.look_weights[(as_of.weekday() - 1) % 7], 1.0)
    series_key = panel.keys["series_key"]
    in_family = ~series_key.isin(set(open_keys)).to_numpy()
    widths = np.minimum(found.weeks, seen.year.counts.shape[1])
    speaks = found.p_value < 1.0
    is_judged = speaks & is_borne_out(panel.keys, seen.year.counts, seen.year.expected, widths, speaks)
    reach = settled_reach(found.reach, is_judged)
    code, scopes = pd.factorize(panel.keys["scope"])
    weigh = dict(zip(indicator.scopes, detector.scope_weights, strict=False))
    weight: Floats = np.array([weigh[scope] for scope in scopes], dtype=np.float64)[code]
    q_value = discrete_q_values(p_value, reach, is_judged, in_family, weight)
    rejected = in_family & is_judged & (q_value <= detector.q) & (found.observed > found.expected)
    is_told = (p_value <= told_p) | rejected
    signals = _table(panel, seen, found, leaning, shares, is_told).assign(
        p_value=p_value, q_value=q_value, pyod_score=0.0, pyod_p_value=1.0, top_feature=""
    )
    signals["is_rejected"] = rejected & is_worth_telling(signals)
    if second is not None:
        signals = signals.assign(pyod_score=second.score, pyod_p_value=second.p_value, top_feature=second.top_feature)
    # One level only: the others count the same events again.
    quiet = in_family & (panel.keys["scope"] == Scope.PRODUCT_ORIGIN).to_numpy()
    newest = NewestWeeks(seen.counts[quiet], seen.expected[quiet], seen.rate_var[quiet], seen.dispersion[quiet])
    return signals[list(SIGNAL_COLUMNS)], watch(indicator.id, newest)


def is_worth_telling(signals: pd.DataFrame) -> np.ndarray:
    """Whether a rise is large enough for its level: many products or origins together are counted so well that any drift of the
    records is significant, and nobody could act on a rise by a third.
    """
    code, scopes = pd.factorize(signals["scope"])
    is_wide = np.array([reach_of(scope) is not Reach.CELL for scope in scopes], dtype=bool)[code]
    return ~is_wide | (signals["ratio_lower"].to_numpy() >= LEAST_WIDE_RATIO)


def _week_shares(panel: Panel, indicator: Indicator, as_of: date, delays: pd.DataFrame | None, workdays: Workdays) -> Floats:
    """Per week: what part of a usual week's events may be known. All of them where the denominator carries days and delay."""
    calendar = indicator.counting.calendar
    if not calendar:
        return np.ones(panel.mondays.size)
    curve = None
    if delays is not None:
        mine = delays[delays["indicator_base"] == EVENT_BASE[indicator.numerator]].sort_values("lag_days")
        curve = mine["share"].to_numpy(dtype=np.float64) if len(mine) else None
    return week_shares(day_weights(panel.mondays, calendar, workdays), panel.mondays, as_of, curve)


def expect(panel: Panel, indicator: Indicator, shares: Floats, memory: Memory | None = None) -> Expectation:
    """What each series should bring in its newest weeks: exposure x season x completeness x rate, from weeks before the guard."""
    detector = indicator.counting
    exposure_in, has_denominator = exposure_of(panel, indicator.denominator, detector.guard_weeks)
    units = units_of(exposure_in, shares, panel.begin)
    learned = max(panel.mondays.size - detector.guard_weeks, 1)
    chapter = pd.factorize(panel.codes["chapter"].to_numpy() * len(Scope) + panel.codes["scope"].to_numpy())[0]
    stock = take_stock(exposure_in, units, panel.counts.shape, learned, chapter)
    events, exposure = panel.counts[:, :learned].sum(axis=1, dtype=np.float64), stock.learned
    prior = margin_prior(_numbered(panel), events, exposure, has_denominator, detector.heterogeneity)
    tuning = Tuning(detector.level_discount, detector.season_discount, detector.guard_weeks, detector.winsor_sd, is_winsor_adaptive=False)
    season = harmonics(panel.mondays)
    coefficients = _chapter_seasons(panel.counts, stock.by_group, chapter, season, tuning)
    mean0 = coefficients.copy()
    mean0[:, 0] = in_steps(np.log(np.maximum(prior.rate, 1e-12)))
    var0 = np.tile(OWN_SEASON, (len(mean0), 1))
    var0[:, 0] = ratio_in_steps(prior.variance, WIDE_STEP)
    seen = run(panel.counts, units, season, mean0, var0, tuning, HORIZON, memory, int(panel.mondays[0]))
    kept, year = min(max(detector.windows), panel.mondays.size), stock.lately.shape[1]
    expected_year, rate_var_year = (found.reshape(len(mean0), year) for found in (seen.expected, seen.rate_var))
    expected = expected_year[:, -kept:].copy()
    expected_year[~stock.settled] = 0.0  # not accumulated
    counts = panel.counts[:, -year:].astype(np.float64)
    return Expectation(
        counts=counts[:, -kept:],
        expected=expected,
        exposure=stock.lately[:, -kept:],
        rate_var=rate_var_year[:, -1].copy(),
        dispersion=pooled_dispersion(seen, expected[:, -1]),
        season_factor=np.exp(seen.coefficients[:, SEASON:] @ season[-1]),
        exposure_usual=stock.usual,
        year=Year(counts, expected_year, rate_var_year, stock.lately),
    )


def _numbered(panel: Panel) -> pd.DataFrame:
    """The keys with what the prior groups by as numbers, which is quicker than texts."""
    return panel.keys[["scope", "direction", "product_scheme"]].join(panel.codes.drop(columns=["scope", "direction", "product_scheme"]))


def _chapter_seasons(of_series: Counts, exposure: Floats, chapter: Ints, season: Floats, tuning: Tuning) -> Floats:
    """Per series the seasonal coefficients of its chapter (a sparse series has no season of its own), level and slope zero."""
    counts = np.zeros(exposure.shape)
    add_rows(of_series, chapter, counts)
    mean0 = np.zeros((len(counts), 6))
    mean0[:, 0] = np.log((counts.sum(axis=1) + 0.5) / np.maximum(exposure.sum(axis=1), 1e-9))
    found = run(counts, lambda low, high: exposure[low:high], season, mean0, CHAPTER_SEASON[None, :].copy(), tuning, 1).coefficients
    found = in_steps(found)
    found[:, :SEASON] = 0.0
    return found[chapter]


@njit(parallel=True, cache=True)
def summed_back(matrix: Floats, widths: Ints) -> Floats:
    """Per series the sum of its newest ``widths`` weeks."""
    out = np.zeros(widths.size)
    for i in prange(widths.size):
        for t in range(matrix.shape[1] - 1, matrix.shape[1] - 1 - widths[i], -1):
            out[i] += matrix[i, t]
    return out


def pooled_dispersion(seen: Track, expected: Floats) -> Floats:
    """Dispersion of each series, shrunk to that of all series with about as many expected events."""
    stratum = np.clip(np.floor(np.log10(np.maximum(expected, 1e-3))), -3, 2).astype(np.int64)
    stratum -= stratum.min()
    residual = np.bincount(stratum, seen.residual)[stratum]
    weight = np.bincount(stratum, seen.residual_weight)[stratum]
    pooled = np.maximum((residual + 20.0 * 1.3) / (weight + 20.0), LEAST_POOLED_DISPERSION)
    own = (seen.residual + DISPERSION_WEEKS * pooled) / (seen.residual_weight + DISPERSION_WEEKS)
    result: Floats = np.maximum(own, 1.0)
    return result


def joined(seen: Expectation, summed: Accumulation, detector: Detector, least: int) -> Chosen:
    """The windows' evidence and what has accumulated over the year, as one; fewer events than ``least`` are no evidence."""
    found = scan(seen.counts, seen.expected, seen.rate_var, seen.dispersion, detector.windows, detector.window_weights, least)
    return choose(found, summed, seen.dispersion, seen.rate_var, detector.windows, detector.window_weights, detector.accumulation, least)


def second_opinion(seen: Expectation, found: Chosen, leaning: Chosen, detector: Detector) -> Beside:
    """What pyod makes of the newest weeks, beside the counts' evidence; features see single events too."""
    values = features(seen.counts, seen.expected, seen.rate_var, seen.dispersion, detector.windows, leaning.p_accumulation)
    return beside(values, found, detector.windows, detector.window_weights, detector.accumulation, found.p_value <= EXPLAIN_P)


def _table(
    panel: Panel, seen: Expectation, found: Chosen, leaning: Chosen, shares: Floats, is_told: np.ndarray
) -> pd.DataFrame:  # fmt: skip
    """The signals but for their probabilities; intervals only where ``is_told``."""
    widths = np.minimum(found.weeks, seen.year.counts.shape[1])
    at = np.flatnonzero(is_told)
    lower, upper, ratio_lower, ratio_upper = np.zeros((4, is_told.size))
    lower[at], upper[at] = expected_interval(found.expected[at], found.variance[at])
    of_told = ratio_interval(found.observed[at], found.expected[at], seen.dispersion[at], seen.rate_var[at])
    _, ratio_lower[at], ratio_upper[at] = of_told
    known = np.cumsum(shares[::-1])[widths - 1] / widths
    return panel.keys[[*SERIES_COLUMNS, "series_key"]].assign(
        week=pd.Timestamp(date.fromordinal(int(panel.mondays[-1]))),
        window_weeks=widths,
        observed=found.observed,
        expected=found.expected,
        variance=found.variance,
        expected_lower=lower,
        expected_upper=upper,
        ratio=found.observed / np.maximum(found.expected, LEAST_EXPECTED),
        ratio_lower=ratio_lower,
        ratio_upper=ratio_upper,
        exposure=summed_back(seen.year.exposure, widths),
        exposure_usual=seen.exposure_usual * widths,
        completeness=known,
        season_factor=seen.season_factor,
        evidence=found.kind,
        # For the joining of signals (combining.py): one event may lean too.
        leaning_p=leaning.p_value,
        stratum=leaning.stratum,
    )
