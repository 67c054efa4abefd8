"""The case store: the life of a warning, what people decided, and what the machine showed them when they did.

SQLite by default, PostgreSQL by URL. It references machine ids and never shares a column with machine values.
"""

from riskwarn.cases.errors import CaseError
from riskwarn.cases.lifecycle import DECIDING
from riskwarn.cases.steps import Request, Taken
from riskwarn.cases.store import CaseStore, held, open_store

__all__ = ["DECIDING", "CaseError", "CaseStore", "Request", "Taken", "held", "open_store"]
