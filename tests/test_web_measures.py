"""Foreign measures in the console: one measure's page, comments and concerns with their steps, the calendar; the file of an enterprise and
entered risk information."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import icalendar
import pytest
from drafts_web_data import browser, desk, post, refusal, sit_down
from fastapi.testclient import TestClient
from httpx import Response
from test_web_pages import HOSTILE, OTHER, OWN, document, fill
from warehouse_data import accept
from web_data import NIGHT, Clock, csrf_of, employ, publish, told

from riskwarn.cases import audit, open_store
from riskwarn.cases.people import put_deputy
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.web.enterprises import symbols_in
from riskwarn.web.months import month_of

__all__ = ["browser", "desk"]  # fixtures
MEASURE, MET = "G/TBT/N/EU/1", "G/TBT/N/EU/2"
PROFILED = "91330109MAONLYPRO1"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + b"\x1f\x15\xc4\x89" + b"\x00" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night with measures, matches, barriers, complaints and a profile; people."""
    settings = Settings(home=tmp_path_factory.mktemp("measures") / "home")
    lake = Lake(settings.lake)
    fill(lake)
    adopted = document("G/TBT/N/EU/1/Add.1", None, None) | {
        "family": MEASURE, "document_kind": "addendum", "adoption_on": date(2026, 12, 15), "hs_codes": ["9503"], "description": HOSTILE,
    }  # fmt: skip
    joint = document("G/SPS/N/JPN/7", date(2027, 1, 15), None) | {"symbols": ["G/SPS/N/JPN/7", "G/TBT/N/JPN/8"], "notifying_country": "JP"}
    documents = [("G/TBT/N/EU/1", date(2026, 12, 31), "https://example.org/1"), (MET, None, "javascript:alert(1)")]
    accept(lake, "wto_notifications", [adopted, joint, *(document(*one) for one in documents)])
    profiles = [
        {"enterprise_code": PROFILED, "enterprise_name": "只有档案公司", "hs_codes": ["9503002100"], "market_countries": ["DE"],
         "product_words": ["toys", HOSTILE]},
    ]  # fmt: skip
    accept(lake, "exporter_profiles", profiles)
    toys = {"hs_code": "9503002100", "origin_country": "VN"}
    complaints = [
        {"complaint_id": "C1", "seller": " 贸易0j ", "product_name": HOSTILE, "injured_count": 1, **toys},
        {"complaint_id": "C2", "seller": "贸易0J有限公司", **toys},
    ]  # fmt: skip
    accept(lake, "consumer_complaints", complaints)
    publish(settings, [told("W1", level="red", product_scheme="HS"), told("W2", product_code="8516")])
    employ(settings, Clock()())
    return settings.home


def measure(browser: TestClient, symbol: str = MEASURE) -> dict[str, Any]:
    told: dict[str, Any] = browser.get(f"/measures/{symbol}.json").json()
    return told


def comment(browser: TestClient, **changes: str) -> Response:
    said = {"symbol": MEASURE, "kind": "enterprise", "source": "宁波玩具厂", "text_zh": "太短", "text_en": "Too short."}
    return post(browser, "/comments", **{**said, **changes})


def test_nobody_comes_near_without_signing_in(desk: TestClient) -> None:
    assert [desk.get(one).status_code for one in (f"/measures/{MEASURE}", "/concerns", "/calendar", "/information/1")] == [303] * 4
    data = [f"/measures/{MEASURE}.json", f"/measures/{MEASURE}.csv", "/concerns.json", "/calendar.json", "/calendar.csv"]
    assert [desk.get(one).status_code for one in data] == [401] * 5
    assert desk.post("/comments", data={"symbol": MEASURE}).status_code == 303


@pytest.mark.parametrize("symbol", [MEASURE, "g/tbt/n/eu/1", "G/TBT/N/EU/1/Add.1", quote(MEASURE, safe="")])
def test_a_measure_is_found_by_any_of_its_symbols(browser: TestClient, symbol: str) -> None:
    told = measure(browser, symbol)
    assert [one["symbol"] for one in told["documents"]] == ["G/TBT/N/EU/1/Add.1", MEASURE]
    dates = {name: told["dates"][name] for name in ("comment_deadline_on", "adoption_on", "internal_deadline", "is_extended")}
    assert dates == {
        "comment_deadline_on": "2026-12-31",
        "adoption_on": "2026-12-15",
        "internal_deadline": "2026-12-17",
        "is_extended": False,
    }


def test_the_page_tells_whom_it_may_hit_and_why(browser: TestClient) -> None:
    told = measure(browser)
    best = {row["enterprise_code"]: row for row in told["matches"]}
    assert (best[PROFILED]["match_level"], best[PROFILED]["is_broad"], best[PROFILED]["origin_of_entry"]) == (4, False, "profile")
    assert "toys" in best[PROFILED]["matched_words"]
    assert [one["warning_id"] for one in told["warnings"]] == ["W1"], "kettles are another product"
    page = browser.get(f"/measures/{MEASURE}").text
    assert "words: toys" in page and "HS 9503002100, 4 digits agree" in page and 'href="/warnings/W1"' in page
    assert "working days left" in page and 'href="https://example.org/1"' in page
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/measures/{MEASURE}.csv").content.decode("utf-8-sig"))))
    assert PROFILED in {row["enterprise_code"] for row in rows} and all(
        not c.startswith(("=", "+", "@")) for row in rows for c in row.values()
    )


def test_what_was_met_stands_on_the_page(browser: TestClient) -> None:
    (met,) = measure(browser, MET)["barriers"]
    assert (met["enterprise_code"], met["loss_cny"], met["market_country"]) == (OWN, 5000.0, "FR")
    page = browser.get(f"/measures/{MET}").text
    assert "5,000" in page and f'href="/enterprises/{OWN}"' in page and "javascript:" not in page


def test_barriers_met_by_measure_and_market(browser: TestClient) -> None:
    (row,) = browser.get("/barriers.json?market=FR&q=tbt/n/eu/2").json()["barriers"]
    assert (row["family"], row["barrier_count"], row["loss_cny"]) == (MET, 1, 5000.0)
    assert browser.get("/barriers.json?market=US").json()["barriers"] == []
    page = browser.get("/barriers").text
    assert f'href="/measures/{MET}"' in page and "5,000" in page and "<script>alert" not in page and "\u202e" not in page
    assert browser.get("/barriers.csv").status_code == 200


def test_a_joint_document_is_one_measure_under_both_symbols(browser: TestClient) -> None:
    assert comment(browser, symbol="G/TBT/N/JPN/8").status_code == 303
    for symbol in ("G/SPS/N/JPN/7", "G/TBT/N/JPN/8"):
        told = measure(browser, symbol)
        assert [one["symbol"] for one in told["documents"]] == ["G/SPS/N/JPN/7"] and [one["source_name"] for one in told["comments"]] == [
            "宁波玩具厂"
        ]


def test_what_is_no_measure(browser: TestClient) -> None:
    for symbol in ("none", "G/TBT/N/CHN/9", "G/TBT/N/EU/x", "..%2F..%2Fetc"):
        assert browser.get(f"/measures/{symbol}").status_code == 404, symbol
    unknown = browser.get("/measures/G/SPS/N/USA/99")
    assert unknown.status_code == 200 and "No delivery of this night holds a document" in unknown.text
    assert 'href="/measures/G/SPS/N/USA/99"' in browser.get("/measures?q=g/sps/n/usa/99").text


def test_a_comment_from_the_first_word_to_the_enquiry_point(browser: TestClient, settings: Settings) -> None:
    assert comment(browser, text_en="").headers["location"] == f"/measures/{MEASURE}#comments"
    move = {"symbol": MEASURE, "version": "1", "action": "review"}
    assert "role" in refusal(post(browser, "/comments/1/move", **move)), "an officer reviews nothing"
    sit_down(browser, "wang")
    assert "first the English text" in browser.get(f"/measures/{MEASURE}").text
    assert post(browser, "/comments/1/move", **move).status_code == 409
    sit_down(browser, "li")
    assert post(browser, "/comments/1/rewrite", symbol=MEASURE, version="1", text_zh="太短", text_en="Too short.").status_code == 303
    stale = post(browser, "/comments/1/rewrite", symbol=MEASURE, version="1", text_zh="x", text_en="My later words")
    assert stale.status_code == 409 and "Changed meanwhile" in refusal(stale) and "My later words" in stale.text
    sit_down(browser, "wang")
    assert post(browser, "/comments/1/move", **{**move, "version": "2"}).status_code == 303
    assert post(browser, "/comments/1/move", **{**move, "version": "3", "action": "send"}).status_code == 303
    (found,) = measure(browser)["comments"]
    assert (found["state"], found["reviewed_by"], found["sent_on"]) == ("sent", "wang", str(NIGHT))
    sent = browser.get("/comments/export", params={"symbol": MEASURE})
    assert "Too short." in sent.text and "宁波" not in sent.text and "attachment" in sent.headers["content-disposition"]
    with open_store(settings) as store, store.engine.connect() as con:
        assert audit.verify(con) == []
        assert [one["action"] for one in audit.trail(con, "comment 1")] == ["collect", "rewrite", "review", "send"]


def test_who_wrote_a_comment_does_not_review_it(browser: TestClient) -> None:
    sit_down(browser, "wang")
    comment(browser)
    assert "somebody else must review" in browser.get(f"/measures/{MEASURE}").text
    assert "second person" in refusal(post(browser, "/comments/1/move", symbol=MEASURE, version="1", action="review"))


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"source": ""}, "source"), ({"text_zh": "", "text_en": ""}, "text"), ({"kind": "press"}, "none of"),
        ({"text_en": "x" * 100_000}, "20000"),
    ],
)  # fmt: skip
def test_a_comment_that_is_refused_keeps_its_words(browser: TestClient, said: dict[str, str], rule: str) -> None:
    answer = comment(browser, **said)
    assert answer.status_code == 409 and rule in refusal(answer).replace(",", "")
    assert said.get("text_en", "Too short.")[:50_000] in answer.text and measure(browser)["comments"] == []


def test_a_granted_extension_moves_the_deadline_everywhere(browser: TestClient) -> None:
    asked = {"symbol": MEASURE, "kind": "extension_request", "text": "30 days more, please.", "on": str(NIGHT)}
    assert post(browser, "/exchanges", **asked).status_code == 303
    granted = {**asked, "kind": "extension_reply", "text": "Granted.", "new_deadline": "2027-01-29"}
    assert post(browser, "/exchanges", **granted).status_code == 303
    told = measure(browser)
    assert (told["dates"]["comment_deadline_on"], told["dates"]["is_extended"], len(told["exchanges"])) == ("2027-01-29", True, 2)
    days = browser.get("/calendar.json?month=2027-01").json()["days"]
    assert ("2027-01-29", "comments_until", MEASURE + "/Add.1") in {(one["day"], one["what"], one["symbol"]) for one in days}
    for wrong in ({"on": "2027-01-01"}, {"on": "soon"}, {"text": ""}, {"kind": "bribe"}, {"new_deadline": "later"}):
        refused = post(browser, "/exchanges", **{**granted, **wrong})
        assert refused.status_code == 409 and refusal(refused), wrong
    assert len(measure(browser)["exchanges"]) == 2


def test_a_trade_concern_and_what_became_of_it(browser: TestClient) -> None:
    said = {"symbol": MEASURE, "title": HOSTILE, "text": "Deviates.", "on": str(NIGHT), "meeting": "M/97", "supporters": "Japan\nKorea"}
    assert post(browser, "/concerns", **said).status_code == 303
    assert post(browser, "/concerns", **{**said, "title": ""}).status_code == 409
    change = {"symbol": MEASURE, "version": "1", "state": "resolved", "outcome": "=Withdrawn"}
    assert post(browser, "/concerns/1/follow", **change).status_code == 303
    assert post(browser, "/concerns/1/follow", **change).status_code == 409, "seen before it changed"
    (row,) = browser.get("/concerns.json?state=resolved").json()["concerns"]
    assert (row["supporters"], row["outcome"], row["version"]) == (["Japan", "Korea"], "=Withdrawn", 2)
    assert browser.get("/concerns.json?state=raised").json()["concerns"] == []
    assert "'=Withdrawn" in browser.get("/concerns.csv").text
    assert f'href="/measures/{MEASURE}#concern-1"' in browser.get("/concerns").text


def test_readers_see_no_form_and_may_not_send_one(browser: TestClient) -> None:
    comment(browser)
    for login in ("looker", "admin"):
        sit_down(browser, login)
        page = browser.get(f"/measures/{MEASURE}").text
        assert 'action="/comments' not in page and 'action="/exchanges' not in page and "Your role reads" in page
        assert comment(browser).status_code == 409
        sent = {"symbol": MEASURE, "version": "1", "action": "drop", "text_en": "x"}
        assert [post(browser, f"/comments/1/{one}", **sent).status_code for one in ("move", "rewrite")] == [409, 409]
        assert post(browser, "/concerns", symbol=MEASURE, title="t", text="t", on=str(NIGHT)).status_code == 409
    assert [one["version"] for one in measure(browser)["comments"]] == [1]


@pytest.mark.parametrize(
    "address", ["/comments", "/comments/1/move", "/comments/1/rewrite", "/exchanges", "/concerns", "/concerns/1/follow"]
)
def test_forms_of_elsewhere_are_refused(browser: TestClient, address: str) -> None:
    assert browser.post(address, data={"csrf": "guessed", "symbol": MEASURE}).status_code == 403


def test_hostile_words_are_harmless_on_every_page(browser: TestClient) -> None:
    comment(browser, source=HOSTILE, text_zh=HOSTILE, text_en="=1+1 " + "w" * 19_000)
    post(browser, "/concerns", symbol=MEASURE, title=HOSTILE, text=HOSTILE, on=str(NIGHT), supporters=HOSTILE)
    addresses = [f"/measures/{MEASURE}", "/concerns", "/calendar?month=2026-12&enterprise=%22%3E%3Cscript%3E", f"/enterprises/{OWN}"]
    for address in (*addresses, f"/enterprises/{PROFILED}", "/measures?q=%3Cscript%3E", "/information?q=%3Cscript%3E"):
        page = browser.get(address)
        assert page.status_code == 200
        assert not any(bad in page.text for bad in ("<script>alert", "<script>&", "<img", "style=", "javascript:", "\u202e")), address


def test_the_calendar_of_a_month(browser: TestClient) -> None:
    days = browser.get("/calendar.json?month=2026-12").json()["days"]
    found = [(one["day"], one["what"]) for one in days if one["address"].endswith("EU/1")]
    assert found == [("2026-12-15", "adoption"), ("2026-12-17", "inside"), ("2026-12-31", "comments_until")]
    assert next(one["enterprise_count"] for one in days) >= 1
    page = browser.get("/calendar?month=2026-12").text
    assert 'id="day-2026-12-17"' in page and "comments must be here" in page and 'href="/calendar?month=2027-01' in page
    assert browser.get("/calendar.json?month=2026-12&enterprise=nobody").json()["days"] == []
    assert browser.get("/calendar.json").json()["month"] == browser.get("/calendar.json?month=2026-13").json()["month"] == "2026-11"
    assert browser.get("/calendar?month=soon").status_code == 422
    feed = icalendar.Calendar.from_ical(browser.get("/calendar.ics").content)
    assert {event["dtstart"].dt for event in feed.walk("VEVENT")} >= {date(2026, 12, 15), date(2026, 12, 17), date(2026, 12, 31)}


def test_a_month_on_the_wall() -> None:
    month = month_of(date(2026, 10, 20))
    assert (month.before, month.after, len(month.weeks), month.weeks[0][0].day) == ("2026-09", "2026-11", 5, date(2026, 9, 28))
    marks = {square.day.day: square.mark for week in month.weeks for square in week if square.is_inside}
    assert marks[1] == "off" and marks[3] == "" and marks[20] == "", "National Day; a Saturday; a Tuesday"


def test_the_file_of_an_enterprise_tells_complaints_exports_and_measures(browser: TestClient) -> None:
    file = browser.get(f"/enterprises/{OWN}.json").json()
    assert [one["complaint_id"] for one in file["complaints"]] == ["C1"], "the whole name, whatever its case"
    assert [(one["hs4"], one["complaint_count"], one["injury_count"], one["lot_count"]) for one in file["alike"]] == [("9503", 2, 1, 40)]
    assert [(one["hs_code"], one["markets"], one["origin_of_entry"]) for one in file["profile"]] == [("9503002100", ["EU", "FR"], "report")]
    assert {one["symbol"] for one in file["measures"]} >= {MET} and {one["enterprise_code"] for one in file["measures"]} == {OWN}
    assert sum(one["inspected"] for one in file["quarters"]) == 45 and all(
        one["pass_rate_lower"] < one["pass_rate"] for one in file["quarters"]
    )
    page = browser.get(f"/enterprises/{OWN}").text
    assert f'href="/measures/{MET}"' in page and "What it sells abroad" in page and "5 of its lots" not in page
    assert "No complaint names it" in browser.get(f"/enterprises/{OTHER}").text


def test_who_only_exports_has_a_file_too(browser: TestClient) -> None:
    file = browser.get(f"/enterprises/{PROFILED}.json").json()
    assert (file["enterprise"]["enterprise_name"], file["enterprise"]["inspected_count"], file["quarters"]) == ("只有档案公司", 0, [])
    assert "No lot of it has a result yet." in browser.get(f"/enterprises/{PROFILED}").text
    assert [one["enterprise_code"] for one in browser.get("/enterprises.json?q=只有").json()["enterprises"]] == [PROFILED]


def test_symbols_in_the_words_of_a_report() -> None:
    assert symbols_in("g/tbt/n/eu/2；G/SPS/N/JPN/7/Add.1, see above") == ["G/TBT/N/EU/2", "G/SPS/N/JPN/7/Add.1"]
    assert symbols_in(None) == symbols_in("none") == []


def inform(browser: TestClient, grade: str = "2", **changes: str) -> Response:
    said = {
        "source_class": "media", "grade": grade, "direction": "import", "product": "toys", "product_code": "9503", "origin_country": "vn",
        "hazard": "choking", "text": "two cases",
    }  # fmt: skip
    token = {"csrf": csrf_of(browser, "/password")}
    return browser.post("/information", data={**said, **changes, **token}, files=[("files", ("照片.png", PNG, "image/png"))])


def test_entered_information_has_its_page_its_files_and_becomes_a_warning(browser: TestClient) -> None:
    assert inform(browser).headers["location"] == "/information/1"
    page = browser.get("/information/1").text
    assert 'href="/warnings/W1"' in page and "same origin" in page and "act within a set time" in page
    (file,) = browser.get("/information/1.json").json()["files"]
    sent = browser.get(f"/information/1/files/{file['attachment_id']}")
    assert sent.content == PNG and sent.headers["content-disposition"].startswith("attachment")
    assert [browser.get(one).status_code for one in ("/information/9", "/information/9.json", "/information/1/files/9")] == [404] * 3
    assert post(browser, "/information/1/promote", reason="").status_code == 409
    assert post(browser, "/information/1/promote", reason="laboratory agrees", colour="red").headers["location"] == "/warnings/M000001"
    assert post(browser, "/information/1/promote", reason="again").status_code == 409
    assert browser.get("/warnings/M000001").status_code == 200
    assert browser.get("/information.json?waiting=true").json()["information"] == []
    assert len(browser.get("/information.json?grade=2&q=CHOKING").json()["information"]) == 1


def test_information_too_long_is_refused_not_cut(browser: TestClient) -> None:
    answer = inform(browser, text="w" * 100_000)
    assert answer.status_code == 409 and "w" * 100_000 in answer.text
    assert browser.get("/information.json").json()["information"] == []


def test_readers_enter_nothing_and_promote_nothing(browser: TestClient) -> None:
    inform(browser)
    sit_down(browser, "looker")
    assert "<textarea" not in browser.get("/information").text and "/promote" not in browser.get("/information/1").text
    assert inform(browser).status_code == post(browser, "/information/1/promote", reason="x").status_code == 409
    assert len(browser.get("/information.json").json()["information"]) == 1


def test_a_deputy_sees_the_forms_of_whom_he_stands_in_for(browser: TestClient, settings: Settings) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=Clock()().tzinfo)
    with open_store(settings) as store, store.writing() as con:
        put_deputy(con, store.books.units, "li", "looker", (NIGHT, NIGHT), reason="leave", by="li", at=at)
    sit_down(browser, "looker")
    assert 'action="/comments"' in browser.get(f"/measures/{MEASURE}").text
    assert comment(browser).status_code == 303
