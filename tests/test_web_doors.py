"""What happens at the door and around it: forms that come too late, forms of elsewhere, the console under another path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from web_data import NIGHT, PASSWORD, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.cases import CaseStore
from riskwarn.cases.audit import trail
from riskwarn.settings import Settings
from riskwarn.web import prefix

WORDS = '写了半小时的意见 <b>不</b> & "好"\n第二行'


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    publish(settings, [told(f"W{n}") for n in range(1, 6)])
    employ(settings, clock())
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture
def browser(opened: TestClient) -> TestClient:
    """Officer Li, at a console that several tests share; each takes a warning of its own."""
    opened.cookies.clear()
    assert enter(opened) == 303
    return opened


def store_of(browser: TestClient) -> CaseStore:
    store: CaseStore = cast("Any", browser.app).state.desk.store
    return store


def step(browser: TestClient, case: str, csrf: str, reason: str = WORDS) -> Any:
    said = {"csrf": csrf, "action": "review", "version": "0", "reason": reason}
    return browser.post(f"/warnings/{case}/step", data=said)


def test_a_form_that_comes_after_the_session_ended_is_shown_again_and_sent(browser: TestClient, clock: Clock) -> None:
    csrf = csrf_of(browser)
    clock.pass_by(minutes=31)
    answer = step(browser, "W1", csrf)
    assert answer.status_code == 303
    where = re.fullmatch(r"/sign-in\?next=(%2Fkept%2F[\w-]+)", answer.headers["location"])
    assert where is not None
    kept = where[1].replace("%2F", "/")
    assert f'value="{kept}"' in browser.get(answer.headers["location"]).text
    signed = browser.post("/sign-in", data={"login": "li", "password": PASSWORD, "next": kept})
    assert signed.headers["location"] == kept
    page = browser.get(kept).text
    assert "写了半小时的意见 &lt;b&gt;不&lt;/b&gt; &amp; &#34;好&#34;\n第二行" in page and "开始审核" in page
    form = {"csrf": csrf_of(browser, kept), "action": "review", "version": "0", "reason": WORDS}
    sent = browser.post(kept, data=form)
    assert (sent.status_code, sent.headers["location"]) == (307, "/warnings/W1/step")
    assert browser.post("/warnings/W1/step", data=form).status_code == 303
    assert "写了半小时的意见" in browser.get("/warnings/W1").text
    assert browser.get(kept).status_code == 404  # once


def test_another_person_does_not_see_what_was_written(browser: TestClient, clock: Clock) -> None:
    csrf = csrf_of(browser)
    clock.pass_by(minutes=31)
    kept = step(browser, "W2", csrf).headers["location"].partition("next=")[2].replace("%2F", "/")
    browser.cookies.clear()
    enter(browser, "zhou")
    assert browser.get(kept).status_code == 404
    browser.post(kept + "/drop", data={"csrf": csrf_of(browser)})
    browser.cookies.clear()
    enter(browser, "li")
    assert browser.get(kept).status_code == 200
    assert browser.post(kept + "/drop", data={"csrf": csrf_of(browser)}).headers["location"] == "/warnings"
    assert browser.get(kept).status_code == 404


def test_a_form_of_the_session_before_is_asked_again_a_forged_one_refused(browser: TestClient) -> None:
    before = csrf_of(browser)
    browser.cookies.clear()
    enter(browser)  # signed in again in another window of the browser
    answer = step(browser, "W3", before)
    assert (answer.status_code, answer.headers["location"][:6]) == (303, "/kept/")
    assert step(browser, "W3", "guessed").status_code == 403
    browser.cookies.clear()
    enter(browser, "wang")
    assert step(browser, "W3", before).status_code == 403  # of another person
    assert browser.get("/warnings/W3.json").status_code == 200


def test_what_nobody_of_ours_wrote_is_not_kept(browser: TestClient) -> None:
    csrf = csrf_of(browser)
    browser.cookies.clear()
    assert step(browser, "W3", "guessed").headers["location"] == "/sign-in"
    assert browser.post("/password", data={"csrf": csrf, "old": PASSWORD}).headers["location"] == "/sign-in"
    assert step(browser, "W3", csrf, "x" * 300_000).headers["location"] == "/sign-in"  # longer than any form of ours


def test_files_are_not_kept_and_that_is_said(browser: TestClient, clock: Clock) -> None:
    csrf = csrf_of(browser)
    clock.pass_by(minutes=31)
    files = [("files", ("a.pdf", b"%PDF-1.7 secret", "application/pdf"))]
    answer = browser.post("/information", data={"csrf": csrf, "product": "奶粉"}, files=files)
    kept = answer.headers["location"].partition("next=")[2].replace("%2F", "/")
    enter(browser)
    page = browser.get(kept).text
    assert "1个文件未保留" in page and "奶粉" in page and "secret" not in page


def test_asking_for_the_night_is_no_work(browser: TestClient, clock: Clock) -> None:
    for _ in range(4):
        assert browser.get("/night.json").json() == {"night": str(NIGHT)}
        clock.pass_by(minutes=9)
    assert browser.get("/night.json").status_code == 401
    assert browser.get("/warnings").status_code == 303


def test_a_form_on_a_page_of_elsewhere_does_not_even_sign_in(browser: TestClient) -> None:
    browser.cookies.clear()
    said = {"login": "li", "password": PASSWORD}
    assert browser.post("/sign-in", data=said, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browser.post("/sign-in", data=said, headers={"sec-fetch-site": "same-origin"}).status_code == 303
    assert browser.get("/warnings", headers={"sec-fetch-site": "cross-site"}).status_code == 200  # a link in a mail leads here


def test_a_request_longer_than_anybody_writes_is_cut_off(browser: TestClient) -> None:
    browser.cookies.clear()
    long, kind = b"login=li&password=" + b"x" * 5_000_000, {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/sign-in", content=long, headers=kind).status_code == 413
    pieces = (long[at : at + 100_000] for at in range(0, len(long), 100_000))  # without saying how long it will be
    assert browser.post("/sign-in", content=pieces, headers=kind).status_code in (400, 413)


def test_signs_that_no_database_keeps_are_refused_by_both(browser: TestClient) -> None:
    csrf = csrf_of(browser)
    answer = step(browser, "W4", csrf, "null\0character")
    assert (answer.status_code, "无法保存" in answer.text) == (409, True)
    assert browser.get("/audit.json?q=%00").status_code == 403  # an officer's
    assert browser.post("/sign-in", data={"login": "nul\0", "password": "x"}).status_code in (403, 409)


def test_comings_and_goings_are_on_record(browser: TestClient, clock: Clock) -> None:
    browser.post("/language", data={"csrf": csrf_of(browser), "lang": "en", "next": "/warnings"})
    browser.post("/language", data={"csrf": csrf_of(browser), "lang": "zh_CN", "next": "/warnings"})
    browser.post("/language", data={"csrf": csrf_of(browser), "lang": "zh_CN", "next": "/warnings"})  # nothing new
    browser.post("/sign-out", data={"csrf": csrf_of(browser)})
    enter(browser, "li", "wrong wrong wrong")
    enter(browser, "stranger", "wrong wrong wrong")
    with store_of(browser).engine.connect() as con:
        own = [(row["actor"], row["action"]) for row in trail(con, "person li")][-5:]
        strange = trail(con, "person unknown")[-1]
    assert own == [("li", "sign_in"), ("li", "language"), ("li", "language"), ("li", "sign_out"), ("li", "refused")]
    assert strange["after"] == {"method": "password", "login": "stranger"}


def test_the_console_works_under_a_path(opened: TestClient) -> None:
    """As behind a proxy that hands the path on; within Airflow it is mounted (test_airflow_console.py)."""
    with TestClient(opened.app, base_url="http://host.test", root_path="/risk", follow_redirects=False) as browser:
        assert browser.get("/risk/").headers["location"] == "/risk/warnings"
        answer = browser.get("/risk/warnings?q=x")
        assert answer.headers["location"] == "/risk/sign-in?next=%2Fwarnings%3Fq%3Dx"
        signed = browser.post("/risk/sign-in", data={"login": "li", "password": PASSWORD, "next": "/warnings"})
        assert (signed.headers["location"], "Path=/risk;" in signed.headers["set-cookie"]) == ("/risk/warnings", True)
        page = browser.get("/risk/warnings").text
        own = [one for one in re.findall(r'\s(?:href|src|action)="(/[^"]*)"', page) if not one.startswith("/risk/")]
        assert own == [] and 'aria-current="page"' in page
        assert browser.get("/risk/static/console.css").status_code == 200


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ('<a href="/x">', '<a href="{{ console_root }}/x">'),
        ('<form method="post" action="/x/{{ y }}">', '<form method="post" action="{{ console_root }}/x/{{ y }}">'),
        ("<a href=\"{{ a ~ '/b' }}?c={{ d }}\">", "<a href=\"{{ under(a ~ '/b') }}?c={{ d }}\">"),
        ('<a href="//elsewhere">', '<a href="//elsewhere">'),
        ('<a href="https://elsewhere/">', '<a href="https://elsewhere/">'),
        ('<p data-href="/x">', '<p data-href="/x">'),
    ],
)
def test_addresses_in_templates_get_the_path(written: str, made: str) -> None:
    from riskwarn.web.desk import environment

    assert prefix.Prefixed(environment()).preprocess(written, None) == made


def test_a_day_later_nothing_waits(browser: TestClient, clock: Clock) -> None:
    csrf = csrf_of(browser)
    clock.now += timedelta(minutes=31)
    kept = step(browser, "W5", csrf).headers["location"].partition("next=")[2].replace("%2F", "/")
    clock.now += timedelta(hours=25)
    enter(browser)
    assert browser.get(kept).status_code == 404
