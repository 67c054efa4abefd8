"""A draft in a real browser: the rules speak while one writes, nothing is kept before saving, and axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import SIZES, at_size, is_wider_than_the_screen, look_at, needs_chromium, sign_in, started, wrong_by_axe
from drafts_web_data import furnish
from loopback import free_port, served
from web_data import Clock

from riskwarn.settings import Settings
from riskwarn.web import create_app

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    furnish(settings)
    with served(create_app(settings, clock), free_port()) as where:
        yield where


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    """Officer Li's window; what the browser complains of fails the test."""
    with started() as browser:
        page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + "/drafts/1")
        sign_in(page, "li")
        page.wait_for_url("**/drafts/1")
        yield page
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
    at_size(page, size)
    for where in ("/drafts/1", "/drafts/new?warning=W1", "/drafts", "/calendar", "/measures/G/TBT/N/EU/1", "/information"):
        look_at(page, address + where)
        page.wait_for_load_state("networkidle")
        assert wrong_by_axe(page) == [], where
        assert not is_wider_than_the_screen(page), where


def test_axe_finds_nothing_in_a_draft_that_is_only_read(page: Any, address: str) -> None:
    page.context.clear_cookies()
    page.goto(address + "/drafts/1")
    sign_in(page, "looker")
    page.wait_for_url("**/drafts/1")
    assert page.locator("textarea").count() == 0 and wrong_by_axe(page) == []
