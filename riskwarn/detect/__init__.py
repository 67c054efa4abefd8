"""Detection: pure functions from tables of counts to tables of signals. Knows neither DuckDB nor Airflow nor the clock."""

from __future__ import annotations

from riskwarn.detect.completeness import estimate_completeness
from riskwarn.detect.judge import SIGNAL_COLUMNS, judge, judge_and_watch
from riskwarn.detect.workdays import Workdays

__all__ = ["SIGNAL_COLUMNS", "Workdays", "estimate_completeness", "judge", "judge_and_watch"]
