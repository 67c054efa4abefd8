"""One event is shown once, at the level of the lattice that tells it best.

Episodes that tell of the same event form a group with one shown member; the others are absorbed by it, directly. Two episodes can
be the same event only if one series contains the other, or nearly all events of one are events of the other. Then, in this order:

* a part that makes up nearly all of the excess of the wider one, and was not raised later, stands for it;
* the wider one absorbs a part that rose with it (raised no more than two weeks later, a tenth of the excess or more), or that has risen
  no more than the whole (what the rise of the whole leads one to expect there);
* else both are shown: a new event under an aggregate that has long been open is news.

What a person has decided on is never absorbed: the machine proposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import TYPE_CHECKING

from riskwarn import names
from riskwarn.model import ALL, UNKNOWN, Scope, SeriesKey

if TYPE_CHECKING:
    from riskwarn.assess.episodes import Episode

# (id, id) -> events that two episodes have in common; (id, same id) -> all events of one.
Shared = Mapping[tuple[str, str], int]

NEARLY_ALL = 0.8  # of the excess, or of the events
A_PART = 0.1  # of the excess of the whole
TOGETHER = timedelta(weeks=2)
CHAPTERS = (Scope.CHAPTER_ORIGIN, Scope.CHAPTER_HAZARD)
BREADTH = {scope.value: place for place, scope in enumerate(Scope)}  # wide to narrow; what contains another comes before it


def absorb(episodes: Iterable[Episode], touched: frozenset[str], shared: Shared) -> list[Episode]:
    """The episodes, each active one shown or absorbed by one that is shown.

    Absorption lasts until the absorbing episode closes, or a part that stood for the whole no longer does: then the event has spread.
    ``shared`` may be empty: then only series that contain each other are compared.
    """
    groups = _Groups(episodes, touched)
    active = sorted((e for e in groups.by_id.values() if e.is_active), key=_order)
    for place, one in enumerate(active):
        for other in active[place + 1 :]:
            pair = _wide_and_narrow(one, other, shared)
            if pair:
                groups.link(*pair)
    return groups.flat()


def contains(wide: SeriesKey, narrow: SeriesKey) -> bool:
    """Whether every event of ``narrow`` is one of ``wide`` by definition."""
    if wide == narrow or (wide.direction, wide.product_scheme) != (narrow.direction, narrow.product_scheme):
        return False
    rest = ("origin_country", "hazard_category", "substance")
    return _holds_product(wide, narrow) and all(getattr(wide, name) in (ALL, getattr(narrow, name)) for name in rest)


def _holds_product(wide: SeriesKey, narrow: SeriesKey) -> bool:
    if wide.product_code == narrow.product_code:
        return True
    if wide.product_code == ALL:
        return narrow.product_code != UNKNOWN
    is_product = narrow.product_code != ALL and narrow.scope not in CHAPTERS
    return wide.scope in CHAPTERS and is_product and names.chapter(narrow.product_scheme, narrow.product_code) == wide.product_code


def _order(episode: Episode) -> tuple[int, float, str]:
    return (BREADTH[episode.key.scope], -_excess(episode), episode.episode_id)


def _excess(episode: Episode) -> float:
    return episode.evidence.observed - episode.evidence.expected


def _raised(episode: Episode) -> date:
    return episode.reopened_on or episode.first_raised_on


def _wide_and_narrow(one: Episode, other: Episode, shared: Shared) -> tuple[str, str] | None:
    """Which of two is part of which; None where they are not the same event. ``one`` is not the narrower by its scope."""
    if one.indicator_id != other.indicator_id:
        return None
    a, b = one.episode_id, other.episode_id
    if contains(one.key, other.key):
        return a, b
    common = shared.get((a, b), 0)
    if common and common >= NEARLY_ALL * shared[b, b]:
        return a, b
    if common and common >= NEARLY_ALL * shared[a, a]:
        return b, a
    return None


def stands_for(narrow: Episode, wide: Episode) -> bool:
    """Whether the part is nearly all of the whole's excess."""
    return _excess(narrow) >= NEARLY_ALL * max(_excess(wide), 1e-9)


def is_part(narrow: Episode, wide: Episode) -> bool:
    """Whether the part rose with the whole, or no more than the rest of it."""
    if _raised(narrow) <= _raised(wide) + TOGETHER and _excess(narrow) >= A_PART * _excess(wide):
        return True
    # What the rest leads one to expect: with the part left in, a large part would explain itself.
    rest = max(wide.evidence.observed - narrow.evidence.observed, 0.0)
    due = narrow.evidence.expected * rest / max(wide.evidence.expected - narrow.evidence.expected, 1e-9)
    return narrow.evidence.observed <= due + 3.0 * sqrt(due) + 1.0


class _Groups:
    """Episodes linked to the one that shows them. Only a shown one is ever linked, to another shown one: there are no circles."""

    def __init__(self, episodes: Iterable[Episode], touched: frozenset[str]) -> None:
        self.by_id = {e.episode_id: e for e in episodes}
        self.touched = touched
        for episode in list(self.by_id.values()):
            if episode.absorbed_by and not self._holds(episode):
                self.by_id[episode.episode_id] = replace(episode, absorbed_by="")

    def _holds(self, episode: Episode) -> bool:
        """Whether an absorption of an earlier night still does."""
        by = self.by_id.get(episode.absorbed_by)
        if by is None or not by.is_active:
            return False
        has_spread = episode.is_active and contains(episode.key, by.key) and not stands_for(by, episode)
        return not has_spread or by.episode_id in self.touched

    def root(self, episode_id: str) -> str:
        while self.by_id[episode_id].absorbed_by:
            episode_id = self.by_id[episode_id].absorbed_by
        return episode_id

    def link(self, wide_id: str, narrow_id: str) -> None:
        shows_wide, shows_narrow = self.root(wide_id), self.root(narrow_id)
        wide, narrow = self.by_id[wide_id], self.by_id[narrow_id]
        if shows_wide == shows_narrow or shows_wide != wide_id:
            return
        if stands_for(narrow, wide) and _raised(narrow) <= _raised(wide):
            self._give(wide_id, shows_narrow)
        elif shows_narrow == narrow_id and is_part(narrow, wide):
            self._give(narrow_id, wide_id)

    def _give(self, loser_id: str, winner_id: str) -> None:
        loser = self.by_id[loser_id]
        if loser_id in self.touched:
            self.by_id[loser_id] = replace(loser, proposal=f"absorb_into:{winner_id}")
        else:
            self.by_id[loser_id] = replace(loser, absorbed_by=winner_id)

    def flat(self) -> list[Episode]:
        """Every absorbed episode names the shown one itself."""
        return [replace(e, absorbed_by=self.root(e.absorbed_by)) if e.absorbed_by else e for e in self.by_id.values()]
