"""What assessment reads of a night to explain its warnings: who is behind the events, how many lots were inspected, what was grave."""

from __future__ import annotations

from datetime import date

import pandas as pd

from riskwarn.sql import Connection
from riskwarn.warehouse.reading import evidence_wanted, run_query


def read_contributors(con: Connection, keys: pd.DataFrame) -> pd.DataFrame:
    """For each row of ``keys`` (see :func:`~riskwarn.warehouse.read.read_evidence`) the distinct events by dimension and value.

    Columns warning_id, dimension (origin_country, hazard_category, product_code, port_code, enterprise_code, source, week, region,
    online, all, death), code, event_count.
    """
    with evidence_wanted(con, keys):
        return run_query(con, "contributors")


def read_shared_events(con: Connection, keys: pd.DataFrame) -> dict[tuple[str, str], int]:
    """For each two warnings of ``keys`` how many events both hold; of a warning with itself, all its events."""
    with evidence_wanted(con, keys):
        frame = run_query(con, "shared_events")
    return {(str(a), str(b)): int(n) for a, b, n in zip(frame["warning_id"], frame["other_id"], frame["event_count"], strict=True)}


def read_window_lots(con: Connection, keys: pd.DataFrame) -> pd.DataFrame:
    """Lots of each warning's series from ``window_from_week`` to ``to_week``: warning_id, inspected, declared."""
    with evidence_wanted(con, keys):
        return run_query(con, "window_lots")


def read_warning_weeks(con: Connection, keys: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Each warning's series over so many weeks: warning_id, week, observed, inspected, declared, is_rate (lots are its denominator)."""
    with evidence_wanted(con, keys):
        return run_query(con, "warning_weeks", [weeks])


def read_grave_events(con: Connection, source: str, known_from: date) -> pd.DataFrame:
    """Grave events of a source that became known on ``known_from`` or later, one row per event x product x origin."""
    frame = run_query(con, "grave_events", [source, known_from])
    return frame.assign(week=pd.to_datetime(frame["week"]).dt.date)


def read_delays(con: Connection, since: date) -> pd.DataFrame:
    """When each event since a day happened and when it became known: indicator_base, event_key, event_on, known_on, is_live."""
    return run_query(con, "delays", [since])
