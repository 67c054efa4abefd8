"""Indicators: one reviewed TOML document each, read strictly. A person can read every threshold here, with who checked it and why."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from riskwarn.model import Direction, Scope
from riskwarn.places import INDICATORS

Denominator = Literal["", "inspected", "declared_lots"]
Calendar = Literal["", "all_days", "weekdays", "china"]
COUNTED = ("failed", "complaints", "injuries", "enterprise_reports", "foreign_alerts", "grave_events")
COMBINED = "combined"  # numerator of a combined indicator: what its parts count


class IndicatorError(ValueError):
    """An indicator document is not what it must be; the message names the file and the field."""


@dataclass(frozen=True)
class Detector:
    """How counts are judged (docs/detection.md explains each)."""

    windows: tuple[int, ...]  # weeks added up, newest last
    window_weights: tuple[float, ...]  # share of the error budget, relative to the largest
    accumulation: float  # weight, beside the windows, of evidence accumulated over a year; 0 = windows only
    look_weights: tuple[float, ...]  # seven nights, Tuesday to Monday: how much of a week's error budget may be spent each night
    q: float  # false discovery rate of a night's openings
    scope_weights: tuple[float, ...]  # share of the error budget of a series of each of the indicator's scopes, relative to the largest
    min_observed: int  # fewer events than this in a window are never an alarm: keeps first-of-a-kind cells from flooding
    level_discount: float  # a week old counts this much less
    season_discount: float
    guard_weeks: int  # the newest weeks do not teach what is usual
    winsor_sd: float  # nor does what lies further above the expected count than this
    heterogeneity: float  # prior variance of a new series' relative rate, where the panel is too small to tell
    calendar: Calendar  # days on which such events are recorded; "" where the denominator carries them
    pyod: Literal["off", "beside", "fused"]  # not at all, as a second opinion, or joined with the counts' evidence
    pyod_benefit: str  # what joining it was measured to add (benchmarks/bench_panel.py)


@dataclass(frozen=True)
class Combination:
    """How the signals of several indicators are joined (riskwarn/detect/fusion.py)."""

    joins: tuple[str, ...]  # ids of count indicators that count different events
    look_weights: tuple[float, ...]  # as in Detector
    q: float
    min_observed: int  # events in the leaning signals together


@dataclass(frozen=True)
class Indicator:
    """What is watched, why, against what, and who answers for it.

    ``rule`` indicators have no detector: one event is enough. ``combined`` ones count nothing of their own: they join others.
    """

    id: str
    kind: Literal["count", "rule", "combined"]
    name_en: str
    name_zh: str
    why_it_matters_en: str
    why_it_matters_zh: str
    limitations_en: str
    limitations_zh: str
    noun: str  # msgid suffix of the reason
    numerator: str  # column of core_series_week that is counted
    denominator: Denominator  # "inspected": weighted inspected lots; "declared_lots": lots declared lately; "": none
    rule_source: str  # for rules: the source whose grave events raise a warning
    scopes: tuple[str, ...]
    directions: tuple[str, ...]
    lookback_weeks: int  # at least so many are read, and up to half a year more
    sustain_p: float
    close_after_quiet_weeks: int
    reopen_within_weeks: int
    author: str
    checker: str
    next_review: date
    detector: Detector | None
    combination: Combination | None = None

    @property
    def counting(self) -> Detector:
        """The detector of a count indicator."""
        if self.detector is None:
            raise IndicatorError(f"{self.id}: a {self.kind} indicator has no detector")
        return self.detector

    @property
    def combining(self) -> Combination:
        """How a combined indicator joins its parts."""
        if self.combination is None:
            raise IndicatorError(f"{self.id}: only a combined indicator joins others")
        return self.combination


@cache
def load_indicators(folder: Path = INDICATORS) -> tuple[Indicator, ...]:
    """Every document of ``folder`` in order of id; raises IndicatorError on the first that is not right."""
    found = tuple(sorted((read_indicator(path) for path in folder.glob("*.toml")), key=lambda i: i.id))
    if not found:
        raise IndicatorError(f"no indicator documents in {folder}")
    return found


def read_indicator(path: Path) -> Indicator:
    """One document, checked field by field."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        detector = document.pop("detector", None)
        if detector is not None:
            detector = _build(Detector, detector, "detector.")
        combination = document.pop("combination", None)
        if combination is not None:
            combination = _build(Combination, combination, "combination.")
        indicator: Indicator = _build(Indicator, {**document, "detector": detector, "combination": combination}, "")
        _check(indicator)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IndicatorError) as error:
        raise IndicatorError(f"{path.name}: {error}") from error
    if indicator.id != path.stem:
        raise IndicatorError(f"{path.name}: id is {indicator.id!r}, but a document is named by its id")
    return indicator


def _build(kind: type[Any], given: Mapping[str, Any], prefix: str) -> Any:
    """A dataclass from a table with exactly its fields; lists become tuples."""
    wanted = {f.name: f for f in fields(kind)}
    unknown = sorted(set(given) - set(wanted))
    missing = sorted(name for name, f in wanted.items() if name not in given and f.default is MISSING)
    if unknown or missing:
        parts = [f"unknown field {prefix}{n}" for n in unknown] + [f"missing field {prefix}{n}" for n in missing]
        raise IndicatorError("; ".join(parts))
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    for name, value in values.items():
        if not _fits(value, str(wanted[name].type)):
            raise IndicatorError(f"{prefix}{name} must be {wanted[name].type}, not {value!r}")
    return kind(**values)


def _fits(value: Any, annotation: str) -> bool:
    """Whether a TOML value may stand for a field of this annotation (the few that documents use)."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if annotation.startswith("tuple["):
        inner = annotation.removeprefix("tuple[").removesuffix(", ...]")
        return isinstance(value, tuple) and bool(value) and all(_fits(item, inner) for item in value)
    choices = {"Denominator": get_args(Denominator), "Calendar": get_args(Calendar)}.get(annotation)
    if annotation.startswith("Literal["):
        choices = tuple(part.strip().strip("'\"") for part in annotation[8:-1].split(","))
    if choices is not None:
        return value in choices
    kinds = {"str": isinstance(value, str), "float": number, "int": isinstance(value, int) and number, "date": type(value) is date}
    return kinds.get(annotation, True)


def _check(indicator: Indicator) -> None:
    """What the types do not say."""
    problems = [why for holds, why in _claims(indicator) if not holds]
    if indicator.detector is not None:
        problems += [why for holds, why in _detector_claims(indicator.detector) if not holds]
    if indicator.combination is not None:
        problems += [why for holds, why in _combination_claims(indicator.combination) if not holds]
    if problems:
        raise IndicatorError("; ".join(problems))


def _claims(one: Indicator) -> tuple[tuple[bool, str], ...]:
    texts = ("id", "name_en", "name_zh", "why_it_matters_en", "why_it_matters_zh", "limitations_en", "limitations_zh", "noun", "author")
    return (
        *((bool(getattr(one, name).strip()), f"{name} is empty") for name in texts),
        (one.numerator in COUNTED or one.kind == COMBINED, f"numerator must be one of {', '.join(COUNTED)}"),
        ((one.kind == COMBINED) == (one.numerator == COMBINED), "a combined indicator, and no other, has the numerator combined"),
        ((one.kind == COMBINED) == (one.combination is not None), "a combined indicator, and no other, needs a [combination]"),
        (set(one.scopes) <= set(Scope), f"scopes must be among {', '.join(Scope)}"),
        (len(set(one.scopes)) == len(one.scopes), "scopes must not repeat"),
        (one.detector is None or len(one.detector.scope_weights) == len(one.scopes), "detector.scope_weights needs one weight a scope"),
        (set(one.directions) <= set(Direction), f"directions must be among {', '.join(Direction)}"),
        ((one.kind == "count") == (one.detector is not None), "a count needs a [detector], a rule must not have one"),
        ((one.kind == "rule") == bool(one.rule_source), "a rule, and only a rule, names its rule_source"),
        (one.checker != one.author, "the checker must be someone other than the author"),
        (0.0 < one.sustain_p < 1.0, "sustain_p must lie between 0 and 1"),
        (min(one.lookback_weeks, one.close_after_quiet_weeks, one.reopen_within_weeks) >= 1, "weeks must be at least 1"),
    )


def _combination_claims(one: Combination) -> tuple[tuple[bool, str], ...]:
    return (
        (len(one.joins) >= 2 and len(set(one.joins)) == len(one.joins), "combination.joins needs two or more different indicators"),
        (len(one.look_weights) == 7, "combination.look_weights needs seven weights, Tuesday to Monday"),
        (all(0.0 < w <= 1.0 for w in one.look_weights), "combination.look_weights must lie in (0, 1]"),
        (0.0 < one.q < 1.0, "combination.q must lie between 0 and 1"),
        (one.min_observed >= 1, "combination.min_observed must be at least 1"),
    )


def _detector_claims(one: Detector) -> tuple[tuple[bool, str], ...]:
    return (
        (len(one.windows) == len(one.window_weights), "detector.window_weights needs one weight a window"),
        (list(one.windows) == sorted(set(one.windows)) and one.windows[0] >= 1, "detector.windows must increase from 1 or more"),
        (one.windows[-1] <= 26, "detector.windows must not exceed 26 weeks"),
        (all(0.0 < w <= 1.0 for w in one.window_weights), "detector.window_weights must lie in (0, 1]"),
        (bool(one.pyod_benefit.strip()), "detector.pyod_benefit is empty"),
        (0.0 <= one.accumulation < 1.0, "detector.accumulation must lie in [0, 1)"),
        (len(one.look_weights) == 7, "detector.look_weights needs seven weights, Tuesday to Monday"),
        (all(0.0 < w <= 1.0 for w in one.look_weights), "detector.look_weights must lie in (0, 1]"),
        (0.0 < one.q < 1.0, "detector.q must lie between 0 and 1"),
        (all(0.0 < w <= 1.0 for w in one.scope_weights), "detector.scope_weights must lie in (0, 1]"),
        (one.min_observed >= 1, "detector.min_observed must be at least 1"),
        (0.5 < one.level_discount <= 1.0 and 0.5 < one.season_discount <= 1.0, "detector discounts must lie in (0.5, 1]"),
        (one.guard_weeks >= 0, "detector.guard_weeks must not be negative"),
        (one.winsor_sd >= 1.0, "detector.winsor_sd must be at least 1"),
        (one.heterogeneity > 0.0, "detector.heterogeneity must be above 0"),
    )
