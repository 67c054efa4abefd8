"""Case stores for tests: on SQLite, and on PostgreSQL in a schema of their own, so that tests may run side by side."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from riskwarn.settings import Settings

DATABASES = ("sqlite", "postgresql")


@contextmanager
def settings_on(database: str, home: Path) -> Iterator[Settings]:
    """Settings of an empty case store; skips where there is no PostgreSQL (.ci/run starts one)."""
    if database == "sqlite":
        yield Settings(home=home)
        return
    url = os.environ.get("RISKWARN_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("no PostgreSQL: set RISKWARN_TEST_POSTGRES_URL")
    name = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(url)
    with engine.begin() as con:
        con.execute(sa.schema.CreateSchema(name))
    try:
        inside = sa.engine.make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
        yield Settings(home=home, cases_url=SecretStr(inside.render_as_string(hide_password=False)))
    finally:
        with engine.begin() as con:
            con.execute(sa.schema.DropSchema(name, cascade=True))
        engine.dispose()
