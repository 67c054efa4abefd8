"""The console in a real browser (Debian's chromium): keys, clicks, no script of others, nothing that axe finds wrong."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from web_data import PASSWORD, Clock, employ, publish, told

from riskwarn.settings import Settings
from riskwarn.web import create_app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the console is not tried in a browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
SIZES = {"office": (1366, 768), "phone": (390, 844)}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on this machine: the console is not tried in a browser")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with people and two warnings, served on loopback."""
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    publish(settings, [told("W1", level="orange"), told("W2", level="blue", reason_zh="<script>document.title='x'</script>")])
    employ(settings, clock())
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
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """Officer Li's window; what the browser complains of, and every request elsewhere, fails the test."""
    context = chromium.new_context(viewport=dict(zip(("width", "height"), SIZES["office"], strict=True)), locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and "409" not in said.text else None)
    page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith((address, "data:")) else None)
    page.goto(address + "/")
    page.fill("#login", "li")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/warnings")
    yield page
    context.close()
    assert complaints == []


def wrong_by_axe(page: Any) -> list[str]:
    """What axe finds (WCAG 2.2 AA), as "rule: where"."""
    # Handed to the browser itself: the page's own policy lets no foreign script in.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, address: str, size: str, scheme: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    page.emulate_media(color_scheme=scheme)
    for where in ("/warnings", "/warnings/W1?do=verify", "/warnings/W1/print", "/password"):
        page.goto(address + where)
        assert wrong_by_axe(page) == [], where
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), where


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
