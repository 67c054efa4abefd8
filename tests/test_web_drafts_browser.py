"""A draft in a real browser: the rules speak while one writes, nothing is kept before saving, and axe finds nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from drafts_web_data import furnish
from test_web_browser import CHROMIUM, SIZES, wrong_by_axe
from web_data import PASSWORD, Clock

from riskwarn.settings import Settings
from riskwarn.web import create_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the console is not tried in a browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on this machine: the console is not tried in a browser")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    furnish(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(settings, clock), host="127.0.0.1", port=port, log_level="error"))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        assert serving.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    serving.join()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    """Officer Li's window; what the browser complains of fails the test."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + "/drafts/1")
        page.fill("#login", "li")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/drafts/1")
        yield page
        browser.close()
        assert complaints == []


def test_the_rules_speak_while_one_writes(page: Any, address: str) -> None:
    page.goto(address + "/drafts/1")
    says = page.locator("#says-comments_until li.is-error")
    page.fill("#box-comments_until", "30 days from circulation")
    page.keyboard.press("Tab")  # leaving the box asks at once
    says.wait_for()
    assert "不得少于60天" in says.inner_text() and "comment_period" in says.inner_text()
    assert page.get_attribute("#box-comments_until", "aria-invalid") == "true"
    assert "未保存：1栏" in page.inner_text(".savebar") and "错误1处" in page.inner_text("#tally")
    page.fill("#box-comments_until", "90 days from circulation")  # a short pause is enough
    says.wait_for(state="detached")
    assert page.get_attribute("#box-comments_until", "aria-invalid") is None
    page.get_by_role("button", name="保存各栏").click()
    page.wait_for_url("**/drafts/1#boxes")
    assert page.input_value("#box-comments_until") == "90 days from circulation" and "第2版" not in page.inner_text("#boxes")


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_a_draft_and_the_calendar(page: Any, address: str, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    for where in ("/drafts/1", "/drafts/new?warning=W1", "/drafts", "/calendar", "/measures/G/TBT/N/EU/1", "/information"):
        page.goto(address + where)
        page.wait_for_load_state("networkidle")
        assert wrong_by_axe(page) == [], where
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), where


def test_axe_finds_nothing_in_a_draft_that_is_only_read(page: Any, address: str) -> None:
    page.context.clear_cookies()
    page.goto(address + "/drafts/1")
    page.fill("#login", "looker")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/1")
    assert page.locator("textarea").count() == 0 and wrong_by_axe(page) == []
