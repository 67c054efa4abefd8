"""The case store: what people decided about warnings, and what the machine showed them when they did.

SQLite by default, PostgreSQL by URL. It references machine ids and never shares a column with machine values.
"""

from riskwarn.cases.store import DECIDING, CaseStore, Decision, open_store

__all__ = ["DECIDING", "CaseStore", "Decision", "open_store"]
