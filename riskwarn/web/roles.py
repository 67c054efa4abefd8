"""Pages that are for some roles only."""

from __future__ import annotations

from riskwarn.cases.accounts import Session
from riskwarn.web.guard import NotAllowed


def only(session: Session, *roles: str) -> None:
    """Raises NotAllowed for everybody else."""
    if session.person.role not in roles:
        raise NotAllowed
