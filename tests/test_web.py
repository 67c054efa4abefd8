"""The console: who may enter, what the list shows, that a step is taken once and by whom it may be."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from web_data import NIGHT, PASSWORD, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.cases import open_store
from riskwarn.cases.accounts import set_password
from riskwarn.settings import Settings

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e" + "长" * 3000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three warnings and people, made once and copied for each test."""
    home = tmp_path_factory.mktemp("made") / "home"
    settings = Settings(home=home)
    publish(settings, [told("W1", level="red"), told("W2", origin_country="IN"), told("W3", level="blue", status="closed")])
    employ(settings, Clock()())
    return home


@pytest.fixture
def desk(settings: Settings, clock: Clock, made: Path) -> Iterator[TestClient]:
    """A browser at a console with three warnings, nobody signed in."""
    shutil.copytree(made, settings.home, symlinks=True)
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture
def browser(desk: TestClient) -> TestClient:
    """Officer Li at the desk."""
    assert enter(desk) == 303
    return desk


def test_nobody_sees_anything_without_signing_in(desk: TestClient) -> None:
    answer = desk.get("/warnings?q=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fwarnings%3Fq%3Dx")
    for address in ("/warnings.json", "/warnings.csv", "/warnings/W1.json"):
        assert desk.get(address).status_code == 401
    assert desk.post("/warnings/W1/step", data={"action": "review"}).status_code == 303


def test_a_wrong_password_is_refused_and_slowed_down(desk: TestClient, clock: Clock) -> None:
    for _ in range(5):
        assert enter(desk, "li", "wrong wrong wrong") == 403
    assert enter(desk) == 403  # the right one too, for a while
    assert enter(desk, login="nobody") == 403
    clock.pass_by(minutes=2)
    assert enter(desk) == 303


def test_a_session_ends_when_idle_and_after_a_day(browser: TestClient, clock: Clock) -> None:
    clock.pass_by(minutes=29)
    assert browser.get("/warnings").status_code == 200
    clock.pass_by(minutes=29)
    assert browser.get("/warnings").status_code == 200  # being at work begins the time anew
    clock.pass_by(minutes=31)
    assert browser.get("/warnings").status_code == 303
    assert enter(browser) == 303
    for _ in range(30):
        clock.pass_by(minutes=25)
        browser.get("/warnings")
    assert browser.get("/warnings").status_code == 303  # twelve hours at most


def test_a_given_password_must_be_changed_first(settings: Settings, desk: TestClient, clock: Clock) -> None:
    with open_store(settings) as store, store.writing() as con:
        set_password(con, "li", "given for once 1", by="admin", at=clock(), must_change=True)
    assert enter(desk, "li", "given for once 1") == 303
    assert desk.get("/warnings").headers["location"] == "/password"
    form = {"csrf": csrf_of(desk, "/password"), "old": "given for once 1", "new": PASSWORD, "again": PASSWORD}
    assert desk.post("/password", data={**form, "again": "other"}).status_code == 422
    assert desk.post("/password", data={**form, "new": "short", "again": "short"}).status_code == 422
    assert desk.post("/password", data={**form, "old": "wrong wrong"}).status_code == 422
    assert desk.post("/password", data=form).status_code == 303
    assert desk.get("/warnings").status_code == 200


def test_signing_in_leads_to_no_other_host(desk: TestClient) -> None:
    for target in ("//evil.test", "https://evil.test", "/\\evil.test"):
        answer = desk.post("/sign-in", data={"login": "li", "password": PASSWORD, "next": target})
        assert answer.headers["location"] == "/"


def test_a_form_of_somebody_else_is_refused(browser: TestClient) -> None:
    for address in ("/warnings/W1/step", "/sign-out", "/language", "/password"):
        assert browser.post(address, data={"csrf": "guessed", "action": "review"}).status_code == 403
    assert browser.get("/warnings/W1.json").json()["warning"]["warning_id"] == "W1"


def test_headers_keep_the_page_to_itself(browser: TestClient) -> None:
    answer = browser.get("/warnings")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text


def ids(browser: TestClient, query: str) -> list[str]:
    return [row["warning_id"] for row in browser.get(f"/warnings.json?{query}").json()["warnings"]]


def test_filters_orders_and_search(browser: TestClient) -> None:
    assert ids(browser, "") == ["W1", "W2"]
    assert ids(browser, "closed=true") == ["W1", "W2", "W3"]
    assert ids(browser, "colour=orange&colour=blue") == ["W2"]
    assert ids(browser, "origin=IN") == ["W2"]
    assert ids(browser, "q=W1") == ["W1"]
    assert ids(browser, "q=%25' or 1=1 --") == []
    assert ids(browser, "order=origin") == ["W2", "W1"]
    assert ids(browser, "product=95") == ["W1", "W2"]
    assert ids(browser, "mine=me") == []
    assert browser.get("/warnings?page=0").status_code == 422
    page = browser.get("/warnings").text
    assert page.index("W1") < page.index("W2")


def test_what_is_new_is_later_than_the_visit_before(settings: Settings, browser: TestClient) -> None:
    browser.get("/warnings")
    later = NIGHT + timedelta(days=1)
    publish(settings, [told("W1", level="red"), told("W9", first_raised_on=pd.Timestamp(later))], later)
    page = browser.get("/warnings").text  # the night is followed without a restart
    assert f"{later}" in page
    assert ids(browser, "new=true") == ["W9"]


def test_hostile_text_is_shown_and_exported_harmless(settings: Settings, clock: Clock) -> None:
    publish(settings, [told("W1", product_name_zh=HOSTILE, reason_zh="=cmd|' /C calc'!A0" + HOSTILE, product_name=HOSTILE)])
    employ(settings, clock())
    with client(settings, clock) as browser:
        enter(browser)
        for address in ("/warnings", "/warnings/W1", "/warnings?q=" + "%3Cscript%3Ealert(3)"):
            text = browser.get(address).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
        rows = list(csv.DictReader(io.StringIO(browser.get("/warnings.csv").content.decode("utf-8-sig"))))
        assert rows[0]["reason_zh"].startswith("'=cmd")


def step(browser: TestClient, action: str, version: int, **fields: str) -> tuple[int, str]:
    form = {"csrf": csrf_of(browser, "/warnings/W1"), "action": action, "version": str(version), **fields}
    answer = browser.post("/warnings/W1/step", data=form)
    return answer.status_code, answer.text


def test_from_the_list_to_an_issued_warning(browser: TestClient, clock: Clock, settings: Settings) -> None:
    assert step(browser, "review", 0, reason="looks real")[0] == 303
    assert step(browser, "verify", 1, reason="laboratory agrees")[0] == 303
    assert step(browser, "assess", 2, participants="li\nchen", opinion="issue it", reason="met")[0] == 303
    assert step(browser, "approve", 3, reason="I do it all myself")[0] == 409  # an officer approves nothing
    with client(settings, clock) as other:
        enter(other, "wang")
        assert step(other, "approve", 3, reason="agreed")[0] == 303
        assert step(other, "issue", 4, scope="national", reason="now")[0] == 303
    page = browser.get("/warnings/W1").text
    assert "laboratory agrees" in page and "已发布" in page
    assert ids(browser, "state=issued") == ["W1"]


def test_two_at_once_the_second_is_told_what_changed_and_keeps_his_words(browser: TestClient) -> None:
    assert step(browser, "review", 0, reason="first")[0] == 303
    status, page = step(browser, "take", 0)
    assert status == 409
    status, page = step(browser, "verify", 0, reason="my careful words")
    assert status == 409
    assert "my careful words" in page
    assert "first" in page


def test_a_viewer_is_offered_nothing(desk: TestClient) -> None:
    enter(desk, "looker")
    assert 'name="action"' not in desk.get("/warnings/W1").text
    assert step(desk, "review", 0)[0] == 409


def test_the_language_is_the_persons_own(browser: TestClient) -> None:
    assert "风险预警" in browser.get("/warnings").text
    browser.post("/language", data={"csrf": csrf_of(browser), "lang": "en", "next": "/warnings"})
    page = browser.get("/warnings", headers={"accept-language": "zh-CN"}).text
    assert '<html lang="en">' in page and "120 lots inspected, 9 failed" in page


def test_what_is_not_there_is_said_plainly(browser: TestClient) -> None:
    assert browser.get("/warnings/none").status_code == 404
    assert browser.get("/nowhere").status_code == 404
    assert browser.get("/warnings/none.json").status_code == 404


def test_a_home_without_a_night_says_what_to_do(settings: Settings, clock: Clock) -> None:
    employ(settings, clock())
    with client(settings, clock) as browser:
        enter(browser)
        answer = browser.get("/warnings")
        assert (answer.status_code, "riskwarn run" in answer.text) == (503, True)


def test_the_people_of_the_demo_may_sign_in(settings: Settings, clock: Clock) -> None:
    from riskwarn.demo.staff import STAFF
    from riskwarn.demo.staff import employ as employ_demo

    publish(settings, [told("W1")])
    password = employ_demo(settings, clock())
    assert password != employ_demo(settings, clock())  # a demo's password is of one run
    password = employ_demo(settings, clock())
    with client(settings, clock) as browser:
        for login, _, _ in STAFF:
            browser.cookies.clear()
            assert enter(browser, login, password) == 303
            assert browser.get("/warnings").status_code == 200


def entered(browser: TestClient, files: list[tuple[str, tuple[str, bytes, str]]] | None = None, **changes: str) -> tuple[int, str, str]:
    said = {
        "csrf": csrf_of(browser, "/information"), "source_class": "media", "grade": "1", "direction": "import", "product": "奶粉",
        "product_code": "1901", "origin_country": "nz", "hazard": "肉毒梭菌", "text": "外媒报道", **changes,
    }  # fmt: skip
    answer = browser.post("/information", data=said, files=files)
    return answer.status_code, answer.headers.get("location", ""), answer.text


def test_grade_one_is_a_warning_at_once_and_goes_the_same_way(browser: TestClient) -> None:
    pdf = ("files", ("报道.pdf", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf"))
    status, where, _ = entered(browser, [pdf])
    assert (status, where) == (303, "/warnings/M000001")
    page = browser.get(where).text
    assert "外媒报道" in page and "开始审核" in page
    form = {"csrf": csrf_of(browser, where), "action": "review", "version": "0", "reason": "核对"}
    assert browser.post(f"{where}/step", data=form).status_code == 303
    assert entered(browser, grade="3")[1] == "/information/2"
    rows = browser.get("/information.json").json()["information"]
    assert [(row["grade"], row["case_id"], row["origin_country"]) for row in rows] == [(3, None, "NZ"), (1, "M000001", "NZ")]


def test_what_is_not_what_it_says_is_refused_and_the_words_stay(browser: TestClient) -> None:
    fake = ("files", ("report.pdf", b"MZ\x90 not a document", "application/pdf"))
    status, _, page = entered(browser, [fake], text="my careful words")
    assert (status, "my careful words" in page) == (409, True)
    assert entered(browser, grade="9")[0] == 409
    assert entered(browser, product="")[0] == 409
    assert entered(browser, csrf="guessed")[0] == 403
    assert browser.get("/information.json").json()["information"] == []
    assert browser.get("/information.csv").status_code == 200


def test_the_quality_of_our_warnings(browser: TestClient, clock: Clock) -> None:
    step(browser, "review", 0, reason="x")
    step(browser, "verify", 1, reason="x")
    assert browser.get("/quality.json").json()["indicators"] == []  # what was raised and judged today counts tomorrow
    clock.pass_by(days=1)
    enter(browser)
    (row,) = browser.get("/quality.json").json()["indicators"]
    assert (row["indicator_id"], row["right"], row["waiting"], row["predictive_value"]) == ("failure_rate", 1, 2, 1.0)
    assert (row["lower"] < 0.5, row["median_days_to_judgement"]) == (True, 0.0)
    assert "检验批次不合格率" in browser.get("/quality").text


def test_an_administrator_adds_people_and_others_do_not(browser: TestClient) -> None:
    assert browser.get("/people").status_code == 403
    assert browser.get("/audit.json").status_code == 403
    said = {"login": "chen", "name": "陈静", "unit": "gacc", "role": "officer", "password": "1"}
    assert browser.post("/people", data={**said, "csrf": csrf_of(browser)}).status_code == 403
    browser.cookies.clear()
    enter(browser, "admin")
    page = browser.post("/people", data={**said, "csrf": csrf_of(browser)}).text
    first = re.search(r"chen的初始密码：([\w-]+)", page)
    assert first is not None
    assert browser.post("/people", data={**said, "role": "king", "csrf": csrf_of(browser)}).status_code == 409
    assert browser.post("/people", data={**said, "csrf": "guessed"}).status_code == 403
    told_of = [(row["actor"], row["action"]) for row in browser.get("/audit.json?q=person chen").json()["entries"]]
    assert told_of[:2] == [("admin", "password"), ("admin", "add")]
    assert first[1] not in browser.get("/audit.csv").text
    assert "陈静" in browser.get("/audit?q=chen").text
    browser.cookies.clear()
    assert enter(browser, "chen", first[1]) == 303
    assert browser.get("/warnings").headers["location"] == "/password"
