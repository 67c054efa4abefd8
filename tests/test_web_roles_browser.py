"""In a real browser, in both languages: what each role does most, from the list to the notice in hand, by several people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import chromium, needs_chromium, sign_in
from loopback import free_port, served
from test_web_warning import series
from web_data import Clock, employ, publish, told

from riskwarn.settings import Settings
from riskwarn.text import Lang, translator
from riskwarn.web import create_app

__all__ = ["chromium"]  # a fixture
pytestmark = needs_chromium
SWITCH = {"zh": "中文", "en": "English"}
LANG: dict[str, Lang] = {"zh": "zh_CN", "en": "en"}
CASES = {"zh": "W1", "en": "W2"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console with two orange warnings, one for each language."""
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    publish(settings, [told("W1", **series()), told("W2", **series("0901", "BR"))])
    employ(settings, clock())
    with served(create_app(settings, clock), free_port()) as where:
        yield where


@pytest.fixture
def window(chromium: Any, address: str) -> Iterator[Callable[[str, str], Any]]:
    """Opens a person's own browser, signed in and switched to a language by click."""
    opened: list[Any] = []

    def open_for(login: str, lang: str) -> Any:
        context = chromium.new_context(locale="zh-CN" if lang == "en" else "en-GB")  # the other one: the switch is what counts
        opened.append(context)
        page = context.new_page()
        page.goto(address + "/")
        sign_in(page, login)
        page.wait_for_url("**/warnings")
        switch = page.get_by_role("button", name=SWITCH[lang])
        if switch.count():
            switch.click()
        page.get_by_role("button", name=SWITCH["zh" if lang == "en" else "en"]).wait_for()
        return page

    yield open_for
    for context in opened:
        context.close()


def take(page: Any, action: str, **fields: str) -> None:
    """Opens the form of a step, fills it and sends it, by the mouse."""
    step = page.locator(f"#step-{action}")
    if not step.is_visible():
        page.locator("#case details:not(.step) > summary").first.click()  # among the other steps
    if step.get_attribute("open") is None:
        step.locator("summary").first.click()
    for name, words in fields.items():
        field = step.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)
    step.locator("button.main").click()
    page.wait_for_url(f"**done={action}*")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_orange_warning_from_the_list_to_the_notice_in_hand(window: Callable[[str, str], Any], lang: str, tmp_path: Path) -> None:
    case, words = CASES[lang], translator(LANG[lang])
    officer = window("li", lang)
    officer.locator(f"a[href='/warnings/{case}']").first.click()
    officer.wait_for_url(f"**/warnings/{case}*")
    take(officer, "verify", reason="实验室复检确认")
    assert words("state verified") in officer.locator("#case").inner_text()
    take(officer, "assess", participants="Li\nChen", opinion="发布警示")
    assert words("state joint_assessment") in officer.locator("#case").inner_text()
    assert officer.locator("#step-approve").count() == 0  # not an officer's to take
    officer.locator("#papers details.step summary").last.click()
    officer.locator("#papers form button.main").last.click()
    officer.wait_for_url("**done=notice_draft*")
    supervisor = window("wang", lang)
    supervisor.goto(officer.url.split("?")[0])
    take(supervisor, "approve", reason="同意")
    assert words("state approved") in supervisor.locator("#case").inner_text()
    supervisor.locator("#notice-1 form button.main, [id^=notice-] form button.main").first.click()  # sign stands open
    supervisor.wait_for_url("**done=notice_sign*")
    take(supervisor, "issue", scope="national")
    assert words("state issued") in supervisor.locator("#case").inner_text()
    with supervisor.expect_download() as download:
        supervisor.locator("#papers .files a[href$='.pdf']").first.click()
    download.value.save_as(tmp_path / "notice.pdf")
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_viewer_looks_and_an_administrator_adds_a_person(window: Callable[[str, str], Any], address: str, lang: str) -> None:
    viewer = window("looker", lang)
    viewer.goto(f"{address}/warnings/W1")
    assert viewer.locator("main h1").is_visible() and viewer.locator("#case form").count() == 0
    for page in ("/people", "/audit"):
        answer = viewer.goto(address + page)
        assert answer.status == 403
    administrator = window("admin", lang)
    administrator.goto(f"{address}/people")
    administrator.fill("[name=login]", f"new{lang}")
    administrator.fill("[name=name]", "赵敏")
    administrator.select_option("[name=unit]", "shanghai")
    administrator.select_option("[name=role]", "officer")
    administrator.locator("form[action='/people'] button.main").click()
    administrator.wait_for_load_state()
    assert f"new{lang}" in administrator.locator("main").inner_text()
