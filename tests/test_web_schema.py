"""The console's data as its own description tells of it: schemathesis asks every address in many ways, nothing breaks and answers fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from web_data import Clock, employ, publish, told

from riskwarn.cases.accounts import begin_session
from riskwarn.settings import Settings
from riskwarn.web.app import create_app, open_desk
from riskwarn.web.description import PARTS

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """The console in this process, and the token of an administrator, who may read everything."""
    home, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    publish(home, [told("W1", level="red"), told("W2", origin_country="IN")])
    employ(home, clock())
    app = create_app(home, clock)
    with open_desk(home, clock) as desk:
        app.state.desk = desk
        with desk.store.writing() as con:
            token = begin_session(con, "admin", clock(), "password")
        yield app, token


@pytest.fixture(scope="module")
def described(console: tuple[FastAPI, str]) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", console[0])


def test_every_address_answers_as_described(console: tuple[FastAPI, str], described: Any) -> None:
    asked = set()
    for found in described.get_all_operations():
        operation = found.ok()

        @profile(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, cookies={"riskwarn": console[1]})

        ask()
        asked.add(operation.path)
    assert asked == set(console[0].openapi()["paths"])


def test_what_is_described_is_there(console: tuple[FastAPI, str]) -> None:
    paths = console[0].openapi()["paths"]
    assert set(PARTS) - set(paths) == set()
    assert {path.rpartition(".")[2] for path in paths} == {"json", "csv"}
