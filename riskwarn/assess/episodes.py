"""Episodes: consecutive signals of one series merged into one event with a stable id.

A night's episodes are a pure function of the newest earlier night's episodes and tonight's signals, so running night N again after
N+1 gives N again. Rejected series open an episode, p <= sustain_p keeps it open, quiet weeks close it, and a new rejection within
``reopen_within_weeks`` reopens it under the same id. One event is shown once: see riskwarn.assess.absorbing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from riskwarn.assess.absorbing import Shared, absorb
from riskwarn.frames import records
from riskwarn.model import ALL, SERIES_COLUMNS, SeriesKey, monday_of

COMBINED = "combined"  # the indicator that joins the signals of several sources


@dataclass(frozen=True)
class EpisodeRules:
    """When an indicator's episodes stay open, close and reopen (from the indicator's document)."""

    sustain_p: float
    close_after_quiet_weeks: int
    reopen_within_weeks: int
    is_budgeted: bool  # False for rule indicators: a grave event is outside the review budget


@dataclass(frozen=True)
class Evidence:
    """The newest significant signal of an episode: counts over ``window_weeks`` weeks ending with ``week``.

    ``variance`` is that of a quiet window's count about ``expected``.
    ``p_value`` and ``q_value`` are None for rule indicators, which use no statistics.
    """

    week: date
    window_weeks: int
    observed: float
    expected: float
    expected_lower: float
    expected_upper: float
    ratio: float
    ratio_lower: float
    ratio_upper: float
    exposure: float
    exposure_usual: float
    completeness: float
    season_factor: float
    p_value: float | None
    q_value: float | None
    pyod_score: float | None
    pyod_p_value: float | None
    top_feature: str
    variance: float = 0.0  # defaults: columns that episodes of an earlier version lack
    evidence: str = "window"  # window | accumulation (over window_weeks) | combination (of signals, see parts) | event (a rule)
    parts: str = ""  # of a combination: "failure_rate 4/1.20; complaints 5/2.10" (observed / expected of each leaning signal)


EVIDENCE_COLUMNS = tuple(f.name for f in fields(Evidence))


@dataclass(frozen=True)
class Episode:
    """One event of one series.

    ``absorbed_by`` names the episode that shows it; ``proposal`` says what the machine would do had no person decided.
    """

    episode_id: str
    indicator_id: str
    key: SeriesKey
    onset_week: date
    last_week: date
    first_raised_on: date
    status: str  # open | quiet | closed
    quiet_weeks: int
    closed_on: date | None
    reopened_on: date | None
    absorbed_by: str
    proposal: str
    evidence: Evidence

    @property
    def is_active(self) -> bool:
        return self.status != "closed"

    @property
    def series(self) -> tuple[str, SeriesKey]:
        return (self.indicator_id, self.key)


@dataclass(frozen=True)
class Night:
    """What a night made of the episodes: all of them, and the ids that opened (or reopened), went on, closed, were cut by the budget."""

    episodes: tuple[Episode, ...]
    opened: tuple[str, ...] = ()
    continued: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    cut: tuple[Episode, ...] = field(default=())


def episode_id_of(indicator_id: str, key: SeriesKey, first_raised_on: date) -> str:
    """The id of an episode: the same series raised first on the same night is the same episode."""
    return "E" + hashlib.sha256(f"{indicator_id}|{key.text()}|{first_raised_on}".encode()).hexdigest()[:12]


def advance(
    previous: Iterable[Episode],
    signals: pd.DataFrame,
    rules: Mapping[str, EpisodeRules],
    as_of: date,
    *,
    budget: int,
    touched: frozenset[str] = frozenset(),
    overlap: Callable[[Sequence[Episode]], Shared] | None = None,
) -> Night:
    """Carries the episodes over one night.

    ``signals`` holds one row per judged series of interest (columns of lake/signals); ``touched`` are the ids that a person has
    decided on: they are not closed or absorbed, the machine only proposes. ``overlap`` counts the events that active episodes share
    (without it only series that contain each other can be the same event).
    """
    tonight = {(row["indicator_id"], _key(row)): row for row in records(signals)}
    earlier = [_carry(e, tonight.get(e.series), rules.get(e.indicator_id), as_of, touched) for e in previous]
    active = {e.series for e in earlier if e.is_active}
    by_id = {e.episode_id: e for e in earlier}
    opened: list[str] = []
    for series, row in tonight.items():
        if row["is_rejected"] and series not in active and series[0] in rules:
            episode = _open(series, row, earlier, rules[series[0]], as_of)
            by_id[episode.episode_id] = episode
            opened.append(episode.episode_id)
    shared = overlap([e for e in by_id.values() if e.is_active]) if overlap else {}
    absorbed = _tell_by_one_signal(absorb(by_id.values(), touched, shared), touched)
    kept, cut = _within_budget(absorbed, frozenset(opened), rules, budget)
    was_active = {e.episode_id for e in previous if e.is_active}
    now = {e.episode_id: e for e in kept}
    return Night(
        episodes=tuple(sorted(kept, key=lambda e: e.episode_id)),
        opened=tuple(sorted(i for i in opened if i in now and not now[i].absorbed_by)),
        continued=tuple(sorted(i for i in was_active if now[i].is_active and not now[i].absorbed_by)),
        closed=tuple(sorted(i for i in was_active if not now[i].is_active and not now[i].absorbed_by)),
        cut=tuple(cut),
    )


def _tell_by_one_signal(episodes: Sequence[Episode], touched: frozenset[str]) -> list[Episode]:
    """Signals that opened together give way, on the same series, to one of them that has come to stand out by itself."""
    alone = {e.key: e.episode_id for e in episodes if e.is_active and not e.absorbed_by and e.indicator_id != COMBINED and not _is_rule(e)}
    told: list[Episode] = []
    for episode in episodes:
        gives_way = episode.indicator_id == COMBINED and episode.is_active and not episode.absorbed_by and episode.key in alone
        if gives_way and episode.episode_id in touched:
            told.append(replace(episode, proposal=f"absorb_into:{alone[episode.key]}"))
        else:
            told.append(replace(episode, absorbed_by=alone[episode.key]) if gives_way else episode)
    return told


def _is_rule(episode: Episode) -> bool:
    return episode.evidence.p_value is None


def _key(row: Mapping[str, Any]) -> SeriesKey:
    # Episodes written before series had a substance lack that column.
    return SeriesKey(*(row.get(name, ALL) for name in SERIES_COLUMNS))


def _evidence(row: Mapping[str, Any]) -> Evidence:
    values = {name: row[name] for name in EVIDENCE_COLUMNS if name in row}
    values["week"] = pd.Timestamp(values["week"]).date()
    for name in ("p_value", "q_value", "pyod_score", "pyod_p_value"):
        values[name] = None if pd.isna(values[name]) else float(values[name])
    return Evidence(**values)


def _carry(episode: Episode, row: Mapping[str, Any] | None, rules: EpisodeRules | None, as_of: date, touched: frozenset[str]) -> Episode:
    """One earlier episode, one night on. Where its indicator was withdrawn (no rules) nothing can sustain it: it closes."""
    if not episode.is_active:
        return episode
    if rules is None:
        return replace(episode, status="closed", closed_on=as_of, proposal="indicator_withdrawn")
    p_value = None if row is None or pd.isna(row["p_value"]) else float(row["p_value"])
    is_sustained = row is not None and (bool(row["is_rejected"]) or (p_value is not None and p_value <= rules.sustain_p))
    if row is not None and is_sustained:
        evidence = _evidence(row)
        return replace(episode, status="open", quiet_weeks=0, last_week=evidence.week, evidence=evidence, proposal="")
    quiet = (monday_of(as_of - timedelta(days=1)) - episode.last_week).days // 7
    if quiet < rules.close_after_quiet_weeks:
        return replace(episode, status="quiet" if quiet else "open", quiet_weeks=quiet)
    if episode.episode_id in touched:
        return replace(episode, status="quiet", quiet_weeks=quiet, proposal="close")
    return replace(episode, status="closed", quiet_weeks=quiet, closed_on=as_of)


def _open(series: tuple[str, SeriesKey], row: Mapping[str, Any], earlier: list[Episode], rules: EpisodeRules, as_of: date) -> Episode:
    """A new episode, or the one of this series that closed not long ago."""
    evidence = _evidence(row)
    since = as_of - timedelta(weeks=rules.reopen_within_weeks)
    recent = [e for e in earlier if e.series == series and e.closed_on is not None and e.closed_on >= since]
    if recent:
        last = max(recent, key=lambda e: e.last_week)
        return replace(
            last,
            status="open",
            quiet_weeks=0,
            closed_on=None,
            reopened_on=as_of,
            last_week=evidence.week,
            absorbed_by="",
            evidence=evidence,
        )
    indicator_id, key = series
    return Episode(
        episode_id=episode_id_of(indicator_id, key, as_of),
        indicator_id=indicator_id,
        key=key,
        onset_week=evidence.week - timedelta(weeks=evidence.window_weeks - 1),
        last_week=evidence.week,
        first_raised_on=as_of,
        status="open",
        quiet_weeks=0,
        closed_on=None,
        reopened_on=None,
        absorbed_by="",
        proposal="",
        evidence=evidence,
    )


def _excess(episode: Episode) -> float:
    return episode.evidence.observed - episode.evidence.expected


def _within_budget(
    episodes: list[Episode], opened: frozenset[str], rules: Mapping[str, EpisodeRules], budget: int
) -> tuple[list[Episode], list[Episode]]:
    """Keeps the ``budget`` strongest of tonight's statistical openings.

    What is cut is returned, to be logged, and may open on a later night.
    """
    new = [e for e in episodes if e.episode_id in opened and not e.absorbed_by and rules[e.indicator_id].is_budgeted]
    ranked = sorted(new, key=lambda e: (1.0 if e.evidence.p_value is None else e.evidence.p_value, -_excess(e), e.episode_id))
    cut = ranked[budget:]
    gone = {e.episode_id for e in cut}
    kept = []
    for episode in episodes:
        if episode.episode_id in gone or (episode.absorbed_by in gone and episode.episode_id in opened):
            continue
        # An older episode that a cut one would have absorbed stays on the list by itself.
        kept.append(replace(episode, absorbed_by="") if episode.absorbed_by in gone else episode)
    return kept, cut


def to_frame(episodes: Iterable[Episode]) -> pd.DataFrame:
    """Episodes as a table: one row each, the series key and the evidence spelled out as columns."""
    rows = []
    for episode in episodes:
        row = {f.name: getattr(episode, f.name) for f in fields(Episode) if f.name not in ("key", "evidence")}
        rows.append({**row, **asdict(episode.key), **asdict(episode.evidence)})
    names = [f.name for f in fields(Episode) if f.name not in ("key", "evidence")]
    return pd.DataFrame(rows, columns=[*names, *SERIES_COLUMNS, *EVIDENCE_COLUMNS])


def from_frame(frame: pd.DataFrame | None) -> tuple[Episode, ...]:
    """The inverse of :func:`to_frame`; None gives no episodes."""
    if frame is None:
        return ()
    return tuple(_episode(row) for row in records(frame))


def _episode(row: Mapping[str, Any]) -> Episode:
    names = [f.name for f in fields(Episode) if f.name not in ("key", "evidence")]
    values = {name: row[name] for name in names}
    for name in ("onset_week", "last_week", "first_raised_on", "closed_on", "reopened_on"):
        values[name] = None if pd.isna(values[name]) else pd.Timestamp(values[name]).date()
    return Episode(**values, key=_key(row), evidence=_evidence(row))
