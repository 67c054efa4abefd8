"""What detection and assessment read of a night: the weekly series, and the events behind some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from riskwarn.model import SERIES_COLUMNS
from riskwarn.places import WAREHOUSE
from riskwarn.sql import Connection, run_file

# Which column of core_series_week counts which events of core_event.
EVENTS_OF = {
    "failed": "failed",
    "failed_random": "failed",
    "failed_targeted": "failed",
    "complaints": "complaint",
    "injuries": "injury",
    "enterprise_reports": "enterprise_report",
    "foreign_alerts": "foreign_alert",
    "grave_events": "grave",
}
SELECTION_OF = {"failed_random": "random", "failed_targeted": "targeted"}
_TEXTS = ("warning_id", "indicator_base", "selection", "source", *SERIES_COLUMNS)


def read_standing(con: Connection) -> pd.DataFrame:
    """Observed and expected counts by combination and span (warehouse/40_read/standing_counts.sql), for detect.standing."""
    return run_query(con, "standing_counts")


def count_substances(con: Connection) -> dict[str, int]:
    """How many names of substances the night knows, and how many of them no line of warehouse/reference/substances.csv names."""
    row = run_query(con, "substance_counts").iloc[0]
    return {str(name): int(value) for name, value in row.items()}


def read_lanes(con: Connection) -> pd.DataFrame:
    """Events by lane, week and day known, as the night knew them (warehouse/40_read/lanes.sql): what a backtest is evaluated against."""
    return run_query(con, "lanes")


def read_evidence(con: Connection, keys: pd.DataFrame, *, limit: int = 50) -> pd.DataFrame:
    """The events behind each row of ``keys``, newest first, at most ``limit`` a warning.

    ``keys`` has one row a warning: ``warning_id``, ``counts`` (the column of core_series_week that was judged), the series columns,
    and the Mondays ``from_week`` and ``to_week`` of the window, both included. The result has one row an event: warning_id,
    evidence_no (from 1), source, evidence_key (declaration number / line, order number, report number, reference), event_on,
    known_on, origin_country, hazard_category, enterprise_code, port_code, file_name, row_no, and evidence_count, the number of
    events behind the warning whether listed or not.
    """
    with evidence_wanted(con, keys):
        return run_query(con, "evidence", [limit])


@contextmanager
def evidence_wanted(con: Connection, keys: pd.DataFrame) -> Iterator[None]:
    """Registers ``keys`` as the relation evidence_wanted; a column ``source`` restricts a warning to the events of one source."""
    weeks = [name for name in ("from_week", "to_week", "window_from_week") if name in keys]
    wanted = keys.assign(
        indicator_base=keys["counts"].map(EVENTS_OF),
        selection=keys["counts"].map(SELECTION_OF),
        source=keys.get("source", pd.Series(None, index=keys.index)),
    )
    # Typed whatever pandas made of the columns: a night without warnings has no values to tell the types by.
    wanted = wanted.astype(dict.fromkeys(_TEXTS, "string") | dict.fromkeys(weeks, "datetime64[us]"))
    unknown = sorted(set(keys.loc[wanted["indicator_base"].isna(), "counts"]))
    if unknown:
        raise ValueError(f"no events are counted by {unknown}; known: {sorted(EVENTS_OF)}")
    con.register("evidence_wanted", wanted)
    try:
        run_file(con, WAREHOUSE / "40_read" / "wanted_events.sql")
        yield
    finally:
        con.execute("drop view if exists wanted_events")
        con.unregister("evidence_wanted")


def read_barriers(con: Connection, family: str | None) -> pd.DataFrame:
    """What enterprises reported of technical barriers, by measure and market (mart_wto_barriers), heaviest first."""
    return run_query(con, "barriers", [family])


def read_warning(con: Connection, warning_id: str) -> pd.DataFrame:
    """One warning of the published night, by its id; no row where the night has none such."""
    return run_query(con, "warning", [warning_id])


def read_measures(
    con: Connection, enterprise: str | None, *, broad: bool, most: int, followed: bool = False, extended: Sequence[str] = ()
) -> pd.DataFrame:
    """Foreign measures that may still be commented on x enterprises they may hit (mart_wto_matches), most urgent first; with
    ``followed``, also those whose comment period is over; ``extended``: families whose period goes on, whatever the document says."""
    return run_query(con, "measures", [enterprise, broad, most, followed, list(extended)])


def run_query(con: Connection, name: str, values: Sequence[object] = ()) -> pd.DataFrame:
    """Runs ``warehouse/40_read/<name>.sql`` with bound values."""
    return con.execute((WAREHOUSE / "40_read" / f"{name}.sql").read_text(encoding="utf-8"), list(values)).df()
