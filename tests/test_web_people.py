"""Administration: people and their sessions, deputies, subscriptions, units, the audit trail; each by whom it may be."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from web_data import PASSWORD, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn import sending
from riskwarn.cases import CaseStore
from riskwarn.cases.audit_tables import audit_entry
from riskwarn.notify.subscriptions import read_subscriptions
from riskwarn.settings import Settings


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("home"), mail_from="Risk warning <risk@customs.test>")
    publish(settings, [told("W1")])
    employ(settings, clock())
    settings.config.mkdir()
    written = '[[subscription]]\nname = "desk"\nchannel = "file"\nto = "desk"\nleast = "orange"\norigins = ["VN"]\n'
    (settings.config / "subscriptions.toml").write_text(written, encoding="utf-8")
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture
def browser(opened: TestClient) -> TestClient:
    opened.cookies.clear()
    return opened


@pytest.fixture
def admin(browser: TestClient) -> TestClient:
    assert enter(browser, "admin") == 303
    return browser


def store_of(browser: TestClient) -> CaseStore:
    store: CaseStore = cast("Any", browser.app).state.desk.store
    return store


def post(browser: TestClient, address: str, **said: Any) -> Any:
    return browser.post(address, data={**said, "csrf": csrf_of(browser, "/me")})


def newest(browser: TestClient) -> dict[str, Any]:
    with store_of(browser).engine.connect() as con:
        return dict(con.execute(audit_entry.select().order_by(audit_entry.c.entry_id.desc()).limit(1)).mappings().one())


def test_a_person_is_changed_and_signed_out_everywhere(admin: TestClient, clock: Clock) -> None:
    settings: Settings = cast("Any", admin.app).state.desk.settings
    with client(settings, clock) as other:
        enter(other, "looker")
        assert {row["login"]: row["sessions"] for row in admin.get("/people.json").json()["people"]}["looker"] == 1
        said = {"login": "looker", "name": "新名字", "unit": "shanghai", "role": "officer", "one": "1"}
        assert post(admin, "/people", **said).status_code == 200
        assert other.get("/me.json").json()["unit_id"] == "shanghai"  # at once, in the session that is open
        assert "新名字" in admin.get("/people/looker").text
        assert [one["method"] for one in admin.get("/people/looker.json").json()["sessions"]] == ["password"]
        refused = post(admin, "/people", **{**said, "role": "king", "name": "was written"})
        assert (refused.status_code, "was written" in refused.text) == (409, True)
        assert post(admin, "/people/looker/sign-out").status_code == 200
        assert other.get("/me.json").status_code == 401
        assert (newest(admin)["action"], newest(admin)["actor"]) == ("end_sessions", "admin")
        enter(other, "looker")
        post(admin, "/people", **said, inactive="1")
        assert (other.get("/me.json").status_code, enter(other, "looker")) == (401, 403)
    post(admin, "/people", login="looker", name="Looker", unit="gacc", role="viewer")
    assert post(admin, "/people/nobody/sign-out").status_code == 404
    assert admin.get("/people/nobody").status_code == 404


def test_deputies_are_set_and_ended_by_oneself_or_an_administrator(browser: TestClient, clock: Clock) -> None:
    today = clock().date()
    days = {"begin": str(today), "end": str(today + timedelta(days=5)), "reason": "出差"}
    enter(browser, "wang")
    refused = post(browser, "/deputies", deputy="wang", **{**days, "reason": "kept words"})
    assert (refused.status_code, "kept words" in refused.text) == (409, True)
    assert post(browser, "/deputies", deputy="zhou", **{**days, "begin": "soon"}).status_code == 409
    assert post(browser, "/deputies", login="zhou", deputy="wang", **days).status_code == 409  # in another's name
    assert post(browser, "/deputies", deputy="zhou", **days).headers["location"] == "/me#deputies"
    (mine,) = browser.get("/me.json").json()["deputies"]
    assert (mine["deputy_login"], mine["state"]) == ("zhou", "now")
    assert browser.get("/deputies").status_code == 403
    browser.cookies.clear()
    enter(browser, "li")
    assert post(browser, f"/deputies/{mine['deputy_id']}/end").status_code == 409
    browser.cookies.clear()
    enter(browser, "admin")
    assert "出差" in browser.get("/deputies").text
    assert post(browser, f"/deputies/{mine['deputy_id']}/end", back="deputies").headers["location"] == "/deputies#deputies"
    assert browser.get("/deputies.json").json()["deputies"] == []  # it had not lasted a day
    assert (newest(browser)["action"], newest(browser)["subject"]) == ("end_deputy", "person wang")
    assert post(browser, "/deputies/99/end").status_code == 409
    earlier = {**days, "begin": str(today - timedelta(days=3))}
    post(browser, "/deputies", login="wang", deputy="li", back="deputies", **earlier)
    (again,) = browser.get("/deputies.json").json()["deputies"]
    post(browser, f"/deputies/{again['deputy_id']}/end")
    (ended,) = browser.get("/deputies.json").json()["deputies"]
    assert (ended["until_on"], ended["state"]) == (str(today - timedelta(days=1)), "past")


def test_subscriptions_are_ones_own_and_are_sent_with_the_others(browser: TestClient) -> None:
    wish = {
        "name": "虾",
        "to": "li@customs.test",
        "what": ["warnings", "overdue"],
        "products": "0306, 1605",
        "origins": "vn",
        "least": "orange",
    }
    enter(browser, "li")
    for wrong in ({"to": "li@elsewhere.test"}, {"to": "no address"}, {"name": " "}, {"what": []}, {"unit": "moon"}, {"mode": "often"}):
        refused = post(browser, "/subscriptions", **{**wish, **wrong})
        assert (refused.status_code, 'value="0306, 1605"' in refused.text) == (409, True), wrong
    assert post(browser, "/subscriptions", **wish).headers["location"] == "/me#subscriptions"
    assert post(browser, "/subscriptions", **wish, login="wang").status_code == 409
    (mine,) = browser.get("/me.json").json()["subscriptions"]
    assert (mine["filters"], mine["what"]) == ({"products": ["0306", "1605"], "origins": ["VN"]}, ["warnings", "overdue"])
    assert browser.get("/subscriptions.json").status_code == 403
    settings: Settings = cast("Any", browser.app).state.desk.settings
    asked = sending.all_subscriptions(settings, store_of(browser).engine)
    assert [(one.name, one.channel, one.to) for one in asked] == [("desk", "file", "desk"), ("li/虾", "mail", "li@customs.test")]
    browser.cookies.clear()
    enter(browser, "admin")
    page = browser.get("/subscriptions").text
    assert "desk" in page and "虾" in page and str(read_subscriptions(settings.config / "subscriptions.toml")[0].to) in page
    assert [row["login"] for row in csv.DictReader(io.StringIO(browser.get("/subscriptions.csv").content.decode("utf-8-sig")))] == [
        "",
        "li",
    ]
    post(browser, "/subscriptions", **{**wish, "to": "partner@elsewhere.test", "login": "wang", "back": "subscriptions"})
    assert len(browser.get("/subscriptions.json").json()["subscriptions"]) == 3
    browser.cookies.clear()
    enter(browser, "zhou")
    assert post(browser, f"/subscriptions/{mine['subscriber_id']}/end").status_code == 409
    browser.cookies.clear()
    enter(browser, "li")
    assert post(browser, f"/subscriptions/{mine['subscriber_id']}/end").status_code == 303
    assert browser.get("/me.json").json()["subscriptions"] == []
    assert newest(browser)["action"] == "unsubscribe"


def test_units_are_a_tree_with_who_works_there(admin: TestClient) -> None:
    rows = admin.get("/units.json").json()["units"]
    assert [(row["unit_id"], row["depth"], row["people"]) for row in rows[:2]] == [("gacc", 0, 5), ("beijing", 1, 0)]
    place = [row["unit_id"] for row in rows].index("shanghai_yangshan")
    assert rows[place - 1]["unit_id"] == "shanghai" and rows[place]["depth"] == 2
    assert len({row["unit_id"] for row in rows}) == len(rows) == admin.get("/units").text.count("<tr><td")
    assert "未经核对" in admin.get("/units").text


def test_the_trail_is_searched_by_who_what_when_and_its_chain_verified(admin: TestClient, clock: Clock) -> None:
    def found(query: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = admin.get(f"/audit.json?{query}").json()["entries"]
        return entries

    assert {row["actor"] for row in found("who=admin")} == {"admin"}
    assert {row["action"] for row in found("what=sign_in")} == {"sign_in"}
    assert {row["subject"] for row in found("q=person wang deputy")} == {"person wang"}
    today = clock().date()
    assert found(f"since={today + timedelta(days=1)}") == [] and found(f"until={today - timedelta(days=1)}&who=li") == []
    assert found(f"since={today}&until={today}&who=admin") == found("who=admin")
    assert admin.get("/audit?since=&until=").status_code == 200
    assert admin.get("/audit?since=soon").status_code == 422
    assert found(f"until={date.max}&who=admin")
    chain = admin.get("/audit.json?verify=true").json()["chain"]
    assert chain["is_whole"] and len(chain["hash"]) == 64
    assert "链条完整" in admin.get("/audit?verify=true").text
    assert admin.get("/audit.json").json()["chain"] is None
    rows = list(csv.DictReader(io.StringIO(admin.get("/audit.csv?who=admin").content.decode("utf-8-sig"))))
    assert {row["actor"] for row in rows} == {"admin"}
    with store_of(admin).engine.begin() as con:  # who owns the database can do that; the page says so
        con.execute(sa.text("drop trigger audit_entry_no_update"))
        con.execute(sa.update(audit_entry).where(audit_entry.c.entry_id == 3).values(actor="somebody"))
    assert not admin.get("/audit.json?verify=true").json()["chain"]["is_whole"]
    assert "entry 3 was changed" in admin.get("/audit?verify=true").text


def test_ones_own_page_tells_where_one_is_signed_in(browser: TestClient, clock: Clock) -> None:
    enter(browser, "zhou")
    assert "密码登录" in browser.get("/me").text
    assert [one["method"] for one in browser.get("/me.json").json()["sessions"]].count("password") >= 1
    assert post(browser, "/me/sign-out").headers["location"] == "/sign-in"
    assert browser.get("/me.json").status_code == 401
    assert enter(browser, "zhou", PASSWORD) == 303
