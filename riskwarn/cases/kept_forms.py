"""What a person had written when the session ended: kept for a day, shown to nobody else, gone once it was sent or thrown away."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from riskwarn.cases.account_tables import kept_form

LASTS = timedelta(hours=24)
MOST = 20  # of one person; the oldest go first
LONGEST = 200_000  # characters of all fields together


@dataclass(frozen=True)
class KeptForm:
    """``fields``: name and text in the form's order. ``files``: how many files it had, which were not kept."""

    kept_id: str
    path: str
    fields: tuple[tuple[str, str], ...]
    files: int
    kept_at: datetime


def keep_form(con: Connection, login: str, path: str, fields: Sequence[tuple[str, str]], files: int, at: datetime) -> str | None:
    """Keeps a form for its writer; returns its id, None where it is longer than anything that a form of ours holds."""
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > LONGEST:
        return None
    con.execute(sa.delete(kept_form).where(kept_form.c.kept_at < at - LASTS))
    mine = sa.select(kept_form.c.kept_id).where(kept_form.c.login == login).order_by(kept_form.c.kept_at.desc()).offset(MOST - 1)
    old = con.execute(mine).scalars().all()
    con.execute(sa.delete(kept_form).where(kept_form.c.kept_id.in_(old)))
    kept_id = secrets.token_urlsafe(16)
    row = {"kept_id": kept_id, "login": login, "path": path, "fields": text, "files": files, "kept_at": at}
    con.execute(sa.insert(kept_form).values(**row))
    return kept_id


def find_form(con: Connection, login: str, kept_id: str, at: datetime) -> KeptForm | None:
    """The person's own kept form."""
    mine = (kept_form.c.kept_id == kept_id) & (kept_form.c.login == login)
    row = con.execute(sa.select(kept_form).where(mine)).one_or_none()
    if row is None or at - row.kept_at > LASTS:
        return None
    return KeptForm(row.kept_id, row.path, tuple((name, value) for name, value in json.loads(row.fields)), row.files, row.kept_at)


def drop_form(con: Connection, login: str, kept_id: str) -> None:
    con.execute(sa.delete(kept_form).where((kept_form.c.kept_id == kept_id) & (kept_form.c.login == login)))
