"""A console with a case that has a measure, and helpers to fill the forms of drafts as a browser does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from tbtsps_data import FACTS, question
from web_data import NIGHT, Clock, csrf_of, employ, publish, told

from riskwarn.cases import open_store
from riskwarn.cases.accounts import begin_session, prefer
from riskwarn.cases.steps import Request as StepRequest
from riskwarn.settings import Settings
from riskwarn.tbtsps.drafts import draft_measure
from riskwarn.tbtsps.notifications import create
from riskwarn.tbtsps.routing import recommend
from riskwarn.web.app import create_app, open_desk
from riskwarn.web.guard import COOKIE

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e=1+1"
ANSWERS = {"objective": "product_safety", "urgent": "no", "in_force": "no", "instrument": "regulation", "standard": "none", "effect": "yes"}


def furnish(settings: Settings) -> None:
    """W1 is verified and has a measure, W2 has none; draft 1 is of W1, on the TBT form, written by Li."""
    clock = Clock()
    key = "product_origin|import|HS|9503|{}|*|*"
    publish(settings, [told("W1", series_key=key.format("VN")), told("W2", origin_country="IN", series_key=key.format("IN"))])
    employ(settings, clock())
    with open_store(settings) as store:
        for action, by, reason, fields in (
            ("review", "li", "", {}),
            ("verify", "li", "seen", {}),
            ("take_measure", "wang", "", {"kind": "lot_by_lot", "goods": "industrial", "scope_text": "toys", "starts": NIGHT}),
        ):
            store.act(StepRequest("W1", action, by, clock(), store.case("W1").version, reason, fields))
        asked = question(objective="product_safety")
        draft = draft_measure(FACTS, asked, recommend(asked).ways[0])
        create(store, draft, by="li", at=clock(), case_id="W1")


@cache
def _application() -> FastAPI:
    """One for all tests: putting it together takes longer than most of them."""
    return create_app(Settings(home=Path("nowhere")), Clock())


@contextmanager
def console(settings: Settings) -> Iterator[TestClient]:
    """A browser without scripts at a console on a home; nobody signed in."""
    app = _application()
    with open_desk(settings, Clock()) as desk:
        app.state.desk = desk
        yield TestClient(app, base_url="http://console.test", follow_redirects=False)


class Fields(HTMLParser):
    """What a browser would send of the form with an id: names with the values that stand in it."""

    def __init__(self, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self._form, self._inside, self._area = form, False, ""
        self.values: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("id") == self._form
        if not self._inside or not said.get("name"):
            return
        if tag == "textarea":
            self._area = said["name"]
            self.values.setdefault(self._area, [""])
        elif tag == "input" and (said.get("type") not in ("radio", "checkbox") or "checked" in said):
            self.values.setdefault(said["name"], []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._inside = False


def boxes_of(page: str) -> dict[str, Any]:
    """The boxes' form as it stands in a page, ready to be sent."""
    fields = Fields("boxes")
    fields.feed(page)
    return dict(fields.values)


def written(browser: TestClient, number: int = 1, **boxes: Any) -> dict[str, Any]:
    """The form of a draft as its page has it now, some boxes written anew."""
    form = boxes_of(browser.get(f"/drafts/{number}").text)
    return form | {f"box.{key}": value for key, value in boxes.items()}


def save(browser: TestClient, number: int = 1, **boxes: Any) -> Response:
    return browser.post(f"/drafts/{number}/save", data=written(browser, number, **boxes))


def sit_down(browser: TestClient, login: str) -> None:
    """Somebody at the desk, reading English; without the time that a password takes."""
    desk = cast(FastAPI, browser.app).state.desk
    with desk.store.writing() as con:
        token = begin_session(con, login, desk.clock(), "password")
        prefer(con, login, lang="en")
    browser.cookies.clear()
    browser.cookies.set(COOKIE, token)


@pytest.fixture
def desk(settings: Settings, made: Path) -> Iterator[TestClient]:
    """A browser at a console on a copy of the home that the file of tests has ``made``, nobody signed in."""
    shutil.copytree(made, settings.home, symlinks=True)
    with console(settings) as opened:
        yield opened


@pytest.fixture
def browser(desk: TestClient) -> TestClient:
    """Officer Li, reading English."""
    sit_down(desk, "li")
    return desk


def post(browser: TestClient, address: str, **fields: Any) -> Response:
    return browser.post(address, data={"csrf": csrf_of(browser, "/password"), **fields})


def step(browser: TestClient, action: str, number: int = 1, **fields: Any) -> Response:
    version = browser.get(f"/drafts/{number}.json").json()["version"]
    return post(browser, f"/drafts/{number}/step", **{"version": str(version), "action": action, **fields})


def refusal(answer: Response) -> str:
    """The rule that a page tells."""
    found = re.search(r'role="alert">([^<]+)', answer.text)
    return unescape(found[1]) if found else ""
