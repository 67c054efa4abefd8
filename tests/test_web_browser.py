"""The console in a real browser (Debian's chromium): keys, clicks, no script of others, nothing that axe finds wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import SIZES, at_size, chromium, is_wider_than_the_screen, look_at, needs_chromium, sign_in, wrong_by_axe
from loopback import free_port, served
from web_data import Clock, employ, publish, told

from riskwarn.settings import Settings
from riskwarn.web import create_app

__all__ = ["chromium"]  # a fixture
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with people and two warnings, served on loopback."""
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    publish(settings, [told("W1", level="orange"), told("W2", level="blue", reason_zh="<script>document.title='x'</script>")])
    employ(settings, clock())
    with served(create_app(settings, clock), free_port()) as where:
        yield where


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """Officer Li's window; what the browser complains of, and every request elsewhere, fails the test."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    at_size(page, "office")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "409" not in said.text else None)
    page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith((address, "data:")) else None)
    page.goto(address + "/")
    sign_in(page, "li")
    page.wait_for_url("**/warnings")
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, address: str, size: str, scheme: str) -> None:
    at_size(page, size)
    page.emulate_media(color_scheme=scheme)
    for where in ("/warnings", "/warnings/W1?do=verify", "/warnings/W1/print", "/password"):
        look_at(page, address + where)
        assert wrong_by_axe(page) == [], where
        assert not is_wider_than_the_screen(page), where


def test_a_page_on_which_much_is_wrong_is_found_out(chromium: Any) -> None:
    context = chromium.new_context()
    page = context.new_page()
    at_size(page, "office")
    page.set_content("<html><body><img src='data:,'><p style='width: 1400px; color: #ccc'>pale and wide</p></body></html>")
    assert {"image-alt", "color-contrast", "html-has-lang"} <= {one.partition(":")[0] for one in wrong_by_axe(page)}
    assert is_wider_than_the_screen(page)
    context.close()


def test_from_the_list_to_a_verified_warning_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("c")  # straight to the form, in which the reason is written
    page.wait_for_url("**/warnings/W1?do=verify")
    assert page.locator(".u-over").count() == 2  # counts and, below them, their denominator are drawn
    page.locator("#verify-reason:focus").wait_for()
    page.keyboard.insert_text("实验室确认")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/warnings/W1?done=verify*")
    assert "已核实" in page.locator("#case").inner_text()
    page.keyboard.press("j")  # on to the next warning of the list
    page.wait_for_url("**/warnings/W2")
    for key, field in (("d", "dismiss-reason_class"), ("w", "watch-until")):
        page.locator("body").press(key)
        assert page.evaluate("document.activeElement.id") == field
        page.locator("h1").click()


def test_a_business_key_is_copied(page: Any, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "/warnings/W1")
    page.locator("button.copy").first.click()
    page.locator("button.copy:has-text('已复制')").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "3101/2"


def test_a_script_in_a_reason_is_only_text(page: Any, address: str) -> None:
    page.goto(address + "/warnings/W2")
    assert "document.title" in page.locator(".big").inner_text()
    assert page.title() != "x"


def test_the_switch_of_language_is_one_click(page: Any) -> None:
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text().startswith("Warnings")
    page.get_by_role("button", name="中文").click()
    assert page.locator("h1").inner_text().startswith("风险预警")
