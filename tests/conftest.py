"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from riskwarn.lake import Lake
from riskwarn.settings import Settings

# The machines that run this share their cores: how long one example takes says nothing.
hypothesis_settings.register_profile("riskwarn", deadline=None, max_examples=50)
hypothesis_settings.load_profile("riskwarn")

ROOT = Path(__file__).resolve().parent.parent


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
