"""In a real browser: a session that ends in the middle of a form, a night that changes during use, two officers at once, the way in by an
identity provider of another site, and axe on every page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from browsers import AXE, AXE_RUN, SIZES, at_size, chromium, is_wider_than_the_screen, needs_chromium, sign_in, wrong_by_axe
from loopback import free_port, served
from oidc_provider import CLIENT, SECRET, Provider
from oidc_provider import serving as serving_provider
from pydantic import SecretStr
from test_web_pages import OWN, fill
from web_data import NIGHT, Clock, employ, publish, told

from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.web import create_app

__all__ = ["chromium"]  # a fixture
pytestmark = needs_chromium
WORDS = "写到一半的意见"
PAGES = {
    "admin": (
        "/people", "/people/li", "/units", "/deputies", "/subscriptions", "/audit?verify=true", "/me", "/password", "/sources",
        "/sources/port_inspections", "/products", "/enterprises", f"/enterprises/{OWN}", "/measures", "/quality", "/cut",
    ),
    "li": ("/warnings", "/warnings/W1", "/information", "/drafts", "/calendar", "/concerns", "/me"),
}  # fmt: skip


class Console:
    """A console on loopback, its home and its clock; browsers know it as ``localhost``, which the provider at 127.0.0.1 is no part of."""

    def __init__(self, settings: Settings, clock: Clock, port: int, provider: Provider) -> None:
        self.settings, self.clock, self.provider = settings, clock, provider
        self.address = f"http://localhost:{port}"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    port, clock = free_port(), Clock()
    with serving_provider(clock, (f"http://localhost:{port}/sign-in/return",)) as provider:
        provider.reset()
        settings = Settings(
            home=tmp_path_factory.mktemp("home"), oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SecretStr(SECRET)
        )
        fill(Lake(settings.lake))
        publish(settings, [told("W1", level="red"), told("W2"), told("W3")])
        employ(settings, clock())
        with served(create_app(settings, clock), port):
            yield Console(settings, clock, port, provider)


@pytest.fixture
def window(chromium: Any, console: Console) -> Iterator[Any]:
    """Opens a person's own browser window, signed in; a script that breaks in it fails the test."""
    contexts, broken = [], []

    def opened(login: str) -> Any:
        contexts.append(chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN"))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(console.address + "/sign-in")
        sign_in(page, login)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert broken == []


def write(page: Any, action: str, words: str) -> Any:
    """Opens the form of a step and writes the reason; returns its button."""
    form = page.locator(f"form:has(input[name=action][value={action}])").first
    page.evaluate(
        "form => { for (let one = form; one; one = one.parentElement) if (one.tagName == 'DETAILS') one.open = true; }",
        form.element_handle(),
    )
    form.locator("textarea[name=reason]").fill(words)
    return form.locator("button").last


def look_again(page: Any) -> None:
    """What the script does once a minute, now."""
    with page.expect_response("**/night.json"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_session_that_ends_in_the_middle_of_a_form_costs_no_word(window: Any, console: Console) -> None:
    page = window("li")
    page.goto(console.address + "/warnings/W1")
    button = write(page, "review", WORDS)
    console.clock.pass_by(minutes=31)
    look_again(page)
    page.locator("[data-told=ended]").wait_for(state="visible")
    button.click()
    page.wait_for_url("**/sign-in?next=*")
    sign_in(page, "li")
    page.wait_for_url("**/kept/*")
    assert WORDS in page.locator("main").inner_text()
    assert wrong_by_axe(page) == []
    page.locator("button.main").click()
    page.wait_for_url("**/warnings/W1?done=*")
    assert WORDS in page.locator("main").inner_text()


def test_two_officers_at_once_the_second_is_told_and_keeps_what_was_written(window: Any, console: Console) -> None:
    first, second = window("li"), window("wang")
    for page in (first, second):
        page.goto(console.address + "/warnings/W2")
    mine = write(second, "review", WORDS)
    write(first, "review", "先到一步").click()
    first.wait_for_url("**/warnings/W2?done=*")
    mine.click()
    second.locator(".error").first.wait_for()
    told_of = second.locator(".error").first.inner_text()
    assert "li" in told_of and "先到一步" in told_of
    assert WORDS in second.locator("main").inner_text()  # the step is not possible any more: the words are there to be copied


def test_a_night_that_is_published_during_use_is_told_and_shown(window: Any, console: Console) -> None:
    page = window("li")
    page.goto(console.address + "/warnings?order=newest")
    look_again(page)
    assert page.locator("[data-told=newer]").is_hidden()
    later = NIGHT + timedelta(days=1)
    publish(console.settings, [told("W1", level="red"), told("W2"), told("W3"), told("W4")], later)
    look_again(page)
    page.locator("[data-told=newer]").wait_for(state="visible")
    page.locator("[data-told=newer] a").click()
    page.wait_for_url("**/warnings?order=newest")
    assert str(later) in page.locator("header").inner_text() and page.locator("a[href='/warnings/W4']").count() >= 1


def test_the_way_in_by_a_provider_of_another_site(chromium: Any, console: Console) -> None:
    """Cookies are SameSite=Lax and forms lead to no other host: the way there and back is by links and redirects."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if said.type == "error" else None)
    page.goto(console.address + "/warnings/W3?x=1")
    assert wrong_by_axe(page) == []
    page.locator("a.button.main").click()
    page.wait_for_url("**/warnings/W3?x=1")
    assert page.locator(".me").inner_text() == "Li"
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?out=true")
    assert page.locator(".note a").get_attribute("href").startswith(console.provider.issuer + "/end?")
    assert blocked == []
    context.close()


@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing_on_any_page_at_either_width(window: Any, console: Console, who: str) -> None:
    page, wrong = window(who), []
    page.add_init_script(AXE)  # by the browser's hand: the page's own policy lets no foreign script in
    for where in PAGES[who]:
        page.goto(console.address + where)
        for size in SIZES:
            at_size(page, size)
            wrong += sorted({f"{where}, {size}: {one}" for one in page.evaluate(AXE_RUN)})[:5]
            if is_wider_than_the_screen(page):
                wrong.append(f"{where}, {size}: wider than the screen")
    assert wrong == []
