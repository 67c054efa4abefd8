"""How much of what happened is known already: events reach us late, so the newest weeks always look too good."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskwarn.detect.workdays import Floats, Ints

MAX_LAG_DAYS = 56  # later arrivals are corrections of history, not delay
PRIOR_EVENTS = 5.0  # events that are assumed to have arrived at once: keeps a handful of events from deciding


LEAST_LIVE = 200  # events delivered in the ordinary way that are enough to tell the delay without history


def telling(events: pd.DataFrame) -> pd.DataFrame:
    """The events that tell how late reports arrive, by indicator_base: those not loaded as history, as soon as there are enough.

    Of history only the authority's own delay is known, not that of delivery to us: with it among the events, the newest weeks
    would look more complete than they are.
    """
    live = events["is_live"].groupby(events["indicator_base"]).transform("sum")
    return events[events["is_live"] | (live < LEAST_LIVE)]


def estimate_completeness(events: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The share of events known within ``lag_days`` days, by indicator_base: columns indicator_base, lag_days, share.

    ``events`` has event_on, known_on, indicator_base. The newest events are seen only if they were quick; the product-limit
    estimator for right-truncated delays (Lawless 1994) allows for that: each lag is estimated among the events old enough to
    have shown it. ``share`` rises to 1 at MAX_LAG_DAYS.
    """
    lag = (_ordinals(events["known_on"]) - _ordinals(events["event_on"])).clip(0)
    room = as_of.toordinal() - 1 - _ordinals(events["event_on"])
    usable = (lag <= np.minimum(MAX_LAG_DAYS, room)) & (room >= 0)
    base = events["indicator_base"].to_numpy()[usable]
    lag, room = lag[usable], np.minimum(room[usable], MAX_LAG_DAYS)
    found = [
        pd.DataFrame({"indicator_base": name, "lag_days": np.arange(MAX_LAG_DAYS + 1), "share": _shares(lag[mine], room[mine])})
        for name in sorted(set(base))
        for mine in (base == name,)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["indicator_base", "lag_days", "share"])


def _shares(lag: Ints, room: Ints) -> Floats:
    """Cumulative share by lag, from lags and the longest lag each event could have shown."""
    size = MAX_LAG_DAYS + 1
    table = np.zeros((size, size))  # lag x room
    np.add.at(table, (lag, room), 1.0)
    at_risk_room = table[:, ::-1].cumsum(axis=1)[:, ::-1]  # events of this lag with at least this much room
    arrived = np.diagonal(at_risk_room)  # lag == room's index
    at_risk = np.array([at_risk_room[: j + 1, j].sum() for j in range(size)])
    hazard = arrived / (at_risk + PRIOR_EVENTS)
    hazard[0] = 0.0
    share: Floats = np.append(np.cumprod((1.0 - hazard)[::-1])[::-1][1:], 1.0)
    return share


def week_shares(day_weight: Floats, mondays: Ints, as_of: date, shares: Floats | None) -> Floats:
    """Per week: the part of a usual week's events that can be known at ``as_of``.

    ``day_weight`` (weeks x 7) is what each day brings; a day not yet over brings nothing; ``shares[lag]`` is the cumulative
    share known after ``lag`` days (None: everything at once).
    """
    lag = as_of.toordinal() - 1 - (mondays[:, None] + np.arange(7)[None, :])
    known: Floats = (lag >= 0).astype(np.float64)
    if shares is not None and shares.size:
        known *= shares[np.clip(lag, 0, shares.size - 1)]
    total: Floats = (day_weight * known).sum(axis=1)
    return total


def _ordinals(days: pd.Series) -> NDArray[np.int64]:
    values = pd.to_datetime(days).to_numpy().astype("datetime64[D]").astype(np.int64)
    return values + date(1970, 1, 1).toordinal()
