"""The warehouse: a night's DuckDB file, built from the lake, published immutable, read without locks."""

from __future__ import annotations

from riskwarn.warehouse.building import build, discard_work, open_night, open_work
from riskwarn.warehouse.explain import (
    read_contributors,
    read_delays,
    read_grave_events,
    read_shared_events,
    read_warning_weeks,
    read_window_lots,
)
from riskwarn.warehouse.publishing import open_published, publish, published_night
from riskwarn.warehouse.reading import (
    count_substances,
    read_barriers,
    read_evidence,
    read_lanes,
    read_measures,
    read_standing,
    read_warning,
)
from riskwarn.warehouse.series import NumberedSeries, numbered_series

__all__ = [
    "NumberedSeries",
    "build",
    "count_substances",
    "discard_work",
    "numbered_series",
    "open_night",
    "open_published",
    "open_work",
    "publish",
    "published_night",
    "read_barriers",
    "read_contributors",
    "read_delays",
    "read_evidence",
    "read_grave_events",
    "read_lanes",
    "read_measures",
    "read_shared_events",
    "read_standing",
    "read_warning",
    "read_warning_weeks",
    "read_window_lots",
]
