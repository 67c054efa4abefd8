"""Fixtures shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from case_stores import DATABASES, settings_on
from hypothesis import settings as hypothesis_settings

from riskwarn.cases import CaseStore, open_store
from riskwarn.lake import Lake
from riskwarn.settings import Settings

# The machines that run this share their cores: how long one example takes says nothing.
hypothesis_settings.register_profile("riskwarn", deadline=None, max_examples=50)
hypothesis_settings.load_profile("riskwarn")

ROOT = Path(__file__).resolve().parent.parent
# Files of few tests that take minutes: handed out last, they would keep one worker while the other idles.
LONG = (
    "test_pipeline", "test_dags_night", "test_web_together", "test_web_sources", "test_demo_ingest", "test_wto_truth",
    "test_airflow_console", "test_corrections", "test_notices", "test_web_roles_browser", "test_web_drafts_browser",
    "test_demo_deliveries", "test_ingest_intake",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, each still in its own order."""
    rank = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(LONG)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real public data beside the project; never part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real public data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def lake(settings: Settings) -> Lake:
    return Lake(settings.lake)


@pytest.fixture(params=DATABASES)
def case_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty case store, on SQLite and on PostgreSQL."""
    with settings_on(request.param, tmp_path / "home") as made:
        yield made


@pytest.fixture
def store(case_settings: Settings) -> Iterator[CaseStore]:
    with open_store(case_settings) as opened:
        yield opened
