"""Debian's chromium for tests of the console: how it is started, who signs in, and what axe finds wrong with a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from web_data import PASSWORD

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the console is not tried in a browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on this machine: the console is not tried in a browser")

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
# WCAG 2.2 AA, as "rule: where" of each thing found.
AXE_RUN = """async () => (await axe.run({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']
})).violations.flatMap(one => one.nodes.map(node => one.id + ': ' + node.target))"""
SIZES = {"office": (1366, 768), "phone": (390, 844)}


@contextmanager
def started() -> Iterator[Any]:
    """A browser while the block lasts."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of a file of tests."""
    with started() as browser:
        yield browser


def sign_in(page: Any, login: str) -> None:
    """Fills the form of sign-in that the page shows."""
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def look_at(page: Any, address: str) -> None:
    """Goes to a page of ours: not to one that says it is not there, nor to the sign-in instead, on which nothing is ever wrong."""
    answer = page.goto(address)
    assert (answer.status, page.url) == (200, address)


def at_size(page: Any, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))


def wrong_by_axe(page: Any) -> list[str]:
    """What axe finds on the page as it is now."""
    # Handed to the browser itself: the page's own policy lets no foreign script in.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    found: list[str] = page.evaluate(AXE_RUN)
    return found


def is_wider_than_the_screen(page: Any) -> bool:
    found: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return found
