"""The check stage: Great Expectations inside DuckDB, quarantine, source verdicts, Data Docs."""

from riskwarn.checks.docs import write_data_docs
from riskwarn.checks.night import SourceCheck, check_history, check_source

__all__ = ["SourceCheck", "check_history", "check_source", "write_data_docs"]
