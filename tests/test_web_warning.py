"""The page of a warning: what stands beside it, how firm its colour is, where its evidence leads; from the list to a signed notice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from warehouse_data import accept
from web_data import NIGHT, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn import notices
from riskwarn.cases import open_store
from riskwarn.cases.people import Person, put_person
from riskwarn.cases.receipts import claim, settle
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.tbtsps.comments import exchange
from riskwarn.web.firmness import firmness
from riskwarn.web.records import RecordAddressError, load_patterns, record_address

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"
EARLIER = NIGHT - timedelta(days=30)
PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def series(
    product: str = "9503", origin: str = "VN", hazard: str = "choking", direction: str = "import", scheme: str = "HS"
) -> dict[str, Any]:
    key = f"product_origin_hazard|{direction}|{scheme}|{product}|{origin}|{hazard}|*"
    parts = {"product_code": product, "origin_country": origin, "hazard_category": hazard, "direction": direction, "product_scheme": scheme}
    return parts | {"series_key": key, "substance": "*"}


def alert(reference: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "reference": reference, "event_on": date(2026, 10, 5), "origin_countries": ["VN"], "product_code": "toys", "hs4": "9503",
        "hs2": "95", "hazards": [{"substance": "s", "hazard_category": "fire"}], "subject": f"toy {HOSTILE}", "url": "javascript:alert(1)",
        "notifying_country": "DE", "product_name": "toy",
    }  # fmt: skip
    return plain | changes


def fill(lake: Lake) -> None:
    documents = [("1", ["95030021"], date(2026, 12, 31)), ("2", ["95"], None), ("3", ["0901"], None), ("4", ["9503"], date(2026, 11, 1))]
    rows = [
        {"notification_id": f"G/TBT/N/EU/{n}", "symbol": f"G/TBT/N/EU/{n}", "family": f"G/TBT/N/EU/{n}", "notifying_country": "EU",
         "title": f"Toys {HOSTILE}", "hs_codes": codes, "comment_deadline_on": closes, "distribution_on": date(2026, 10, 5),
         "document_kind": "original", "document_url": "javascript:alert(1)"}
        for n, codes, closes in documents
    ]  # fmt: skip
    accept(lake, "wto_notifications", rows)
    accept(lake, "exporter_profiles", [{"enterprise_code": "91330109MAWTDA9K0J"}])
    alerts = [
        alert("A1", hazards=[{"substance": "s", "hazard_category": "choking"}]), alert("A2"), alert("A3", origin_countries=["IN"]),
        alert("A4", hs4="unknown"), alert("A5", hs4="unknown", origin_countries=["IN"]), alert("A6", event_on=date(2025, 3, 3)),
        alert("A7", origin_countries=["CN"]), alert("A8", hs4="unknown", hs2="unknown"),
    ]  # fmt: skip
    accept(lake, "foreign_alerts", alerts)
    explanation = {
        "warning_id": "W1", "top_enterprise": "91330109MAWTDA9K0J", "top_enterprise_events": 6, "p_without_top_enterprise": 0.2,
        "stands_without_top_enterprise": False, "top_port": "220001", "top_port_events": 2, "p_without_top_port": 1e-7,
        "stands_without_top_port": True, "explanation_zh": "说明", "explanation_en": "explained", "model_version": "m", "data_version": "d",
    }  # fmt: skip
    lake.write_frame("explanations", NIGHT.isoformat(), pd.DataFrame([explanation]))


OWN = told("W1", **series(), observed=18.0, expected=1.1, p_value=1e-9, ratio_lower=4.0, window_weeks=2, evidence_count=1,
           last_week=pd.Timestamp("2026-11-09"), onset_week=pd.Timestamp("2026-11-02"))  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with warnings of two nights, WTO documents, foreign alerts and people, made once and copied for each test."""
    settings, clock = Settings(home=tmp_path_factory.mktemp("made") / "home"), Clock()
    fill(Lake(settings.lake))
    raised = {"first_raised_on": pd.Timestamp(EARLIER)}
    before = [
        told("P1", **series(), **raised), told("P2", **series(hazard="fire"), **raised), told("P3", **series(direction="export"), **raised),
        told("P4", **series(product="9999"), **raised, reason_zh=HOSTILE), told("P5", **series(product="1111", hazard="fire"), **raised),
    ]  # fmt: skip
    publish(settings, before, EARLIER)
    publish(settings, [OWN, told("W2", **series("0901", "BR"), level="yellow"), told("P1", **series(), **raised, status="closed")])
    employ(settings, clock())
    return settings.home


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(settings: Settings, clock: Clock, made: Path) -> Iterator[TestClient]:
    shutil.copytree(made, settings.home, symlinks=True)
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture
def browser(desk: TestClient) -> TestClient:
    """Officer Li at the desk."""
    assert enter(desk) == 303
    return desk


def as_person(browser: TestClient, login: str) -> TestClient:
    browser.cookies.clear()
    assert enter(browser, login) == 303
    return browser


def beside(browser: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = browser.get("/warnings/W1.json").json()["beside"]
    return found


def page_of(browser: TestClient, case: str) -> tuple[str, str]:
    """The token of the page's forms, and the version of the case that it shows."""
    page = browser.get(f"/warnings/{case}").text
    token, seen = re.search(r'name="csrf" value="([^"]+)"', page), re.search(r'name="version" value="(\d+)"', page)
    assert token is not None
    return token[1], seen[1] if seen else "0"


def send(browser: TestClient, action: str, case: str = "W1", version: int | None = None, **fields: str) -> tuple[int, str]:
    token, seen = page_of(browser, case)
    form = {"csrf": token, "action": action, "version": seen if version is None else str(version)}
    answer = browser.post(f"/warnings/{case}/step", data=form | fields)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def test_wto_documents_on_its_goods_nearest_first(browser: TestClient, settings: Settings, clock: Clock) -> None:
    found = beside(browser)["wto"]
    assert [(row["symbol"][-1], row["digits"], row["enterprise_count"]) for row in found] == [("1", 4, 1), ("4", 4, 1), ("2", 2, 1)]
    assert [row["days_left"] for row in found] == [41, -19, None]
    assert [row["document_url"] for row in found] == [None, None, None]  # a script is no address
    with open_store(settings) as store:
        later = date(2026, 12, 20)
        exchange(store, "G/TBT/N/EU/4", "extension_reply", "Granted.", on=NIGHT, by="li", at=clock(), new_deadline_on=later)
    assert [(row["symbol"][-1], row["is_extended"]) for row in beside(browser)["wto"]][:2] == [("1", False), ("4", True)]


def test_foreign_alerts_on_its_goods_the_nearest_first(browser: TestClient) -> None:
    found = beside(browser)["alerts"]
    assert [(row["reference"], row["nearness"], row["is_same_origin"], row["is_same_hazard"]) for row in found] == [
        ("A1", "heading", True, True), ("A2", "heading", True, False), ("A4", "chapter", True, False), ("A3", "heading", False, False),
    ]  # fmt: skip


def test_earlier_warnings_tell_how_they_ended(browser: TestClient) -> None:
    assert send(browser, "dismiss", "P2", before="review", reason_class="data_error", reason="单位写错")[0] == 303
    found = {row["case_id"]: row for row in beside(browser)["earlier"]}
    # P3 goes the other way, P5 has only its origin in common.
    assert [(name, row["alike"]) for name, row in found.items()] == [
        ("P1", ["product", "origin", "hazard"]), ("P2", ["product", "origin"]), ("P4", ["origin", "hazard"]),
    ]  # fmt: skip
    assert (found["P2"]["state"], found["P2"]["reason_class"], found["P2"]["step"]["actor"]) == ("dismissed", "data_error", "li")
    page = browser.get("/warnings/W1").text
    assert "系统已关闭，无人承办" in page and "单位写错" in page
    assert HOSTILE not in page and "javascript:" not in page


def test_the_colour_is_shown_in_its_rule_and_without_the_largest(browser: TestClient) -> None:
    firm = beside(browser)["firm"]
    here = [(risk, word) for risk, cells in firm["table"].items() for word, cell in cells.items() if cell["is_here"]]
    assert (here, firm["table"]["high"]["strong"]["colour"], firm["is_raised"]) == ([("high", "strong")], "orange", False)
    assert [(one["dimension"], one["stands"], one["colour"]) for one in firm["without"]] == [
        ("enterprise", False, None),
        ("port", True, "orange"),
    ]


def test_a_colour_that_urgency_raised_is_raised_in_the_whole_table_but_never_to_red() -> None:
    row = {"risk_level": "low", "signal_strength": "moderate", "level": "yellow", "observed": 9.0, "ratio_lower": 2.0}
    reviewed = {"matrix_risk_highest": "high", "matrix_risk_lowest": "low", "is_injury_reviewed": True}
    found = firmness(row, None, [reviewed])
    assert found is not None and found.is_raised and found.risks == ("high", "medium", "low")
    assert (found.table["low"]["moderate"].colour, found.table["serious"]["moderate"].colour, found.table["serious"]["strong"].colour) == (
        "yellow", "orange", "red",
    )  # fmt: skip
    assert firmness(row | {"signal_strength": "none"}, None, []) is None  # a grave event is no count


def test_a_business_key_leads_to_the_source_where_that_is_configured(browser: TestClient, settings: Settings, tmp_path: Path) -> None:
    assert "3101/2" in browser.get("/warnings/W1").text and "records.test" not in browser.get("/warnings/W1").text
    file = tmp_path / "records.toml"
    file.write_text('[record_url]\nport_inspections = "https://records.test/d/{number}?line={line}&all={key}"\n', encoding="utf-8")
    patterns = load_patterns(tmp_path)
    assert record_address(patterns, "port_inspections", "31 01&x/2") == "https://records.test/d/31%2001%26x?line=2&all=31%2001%26x%2F2"
    assert record_address(patterns, "consumer_complaints", "1") is None
    settings.config.mkdir(exist_ok=True)
    shutil.copy(file, settings.config / "records.toml")
    load_patterns.cache_clear()
    assert 'href="https://records.test/d/3101?line=2&amp;all=3101%2F2"' in browser.get("/warnings/W1").text


@pytest.mark.parametrize(
    "wrong",
    ["port_inspections = 'javascript:{key}'", "port_inspections = 'https://a.test/'", "port_inspections = 'https://{key}.test/'",
     "port_inspections = 'https://a.test/{key.__class__}'", "port_inspections = 'https://a.test/{key:>9}'", "nothing = 'https://a.test/{key}'",
     "port_inspections = 'https://a.test/{'", "port_inspections = 'https://a.test/{key} x'"],
)  # fmt: skip
def test_an_address_that_could_lead_astray_stops_the_console_at_its_start(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "records.toml").write_text(f"[record_url]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(RecordAddressError):
        load_patterns(tmp_path)


def test_one_form_takes_up_and_judges(browser: TestClient, settings: Settings) -> None:
    page = browser.get("/warnings/W1?do=verify").text
    assert re.search(r'id="step-verify" open.*?<textarea[^>]*name="reason"[^>]*autofocus', page, re.S)
    assert send(browser, "verify", before="review", version=0)[0] == 409  # no reason: neither of the two
    with open_store(settings) as store:
        assert (store.case("W1").state, store.case("W1").version) == ("raised", 0)
    assert send(browser, "verify", before="review", version=0, reason="复检属实") == (303, "/warnings/W1?done=verify#case")
    with open_store(settings) as store, store.engine.connect() as con:
        assert (store.case("W1").state, store.case("W1").version) == ("verified", 2)
        assert con.execute(sa.text("select action from case_step order by step_id")).scalars().all() == ["review", "verify"]
    refused, page = send(browser, "verify", before="review", version=0, reason="我写的字")  # the form is gone, what was written is not
    assert refused == 409 and 'role="alert"' in page and "我写的字" in page and 'id="step-verify"' not in page
    assert "已记录：核实" in browser.get("/warnings/W1?done=verify").text
    assert "已记录" not in browser.get("/warnings/W1?done=made_up").text


def test_only_what_the_person_may_do_is_offered_and_what_hinders_is_said(desk: TestClient, settings: Settings, clock: Clock) -> None:
    def offered(page: str) -> set[str]:
        return set(re.findall(r'id="step-([a-z_]+)"', page))

    with open_store(settings) as store, store.writing() as con:
        put_person(con, store.books.units, Person("shen", "沈洁", "shanghai", "officer", True), by="admin", at=clock())
        put_person(con, store.books.units, Person("both", "双岗", "gacc", "supervisor", True), by="admin", at=clock())
        con.execute(sa.text("insert into credential select 'shen', password_hash, 0, 0, null from credential where login = 'li'"))
        con.execute(sa.text("insert into credential select 'both', password_hash, 0, 0, null from credential where login = 'li'"))
    for login in ("looker", "admin", "shen"):  # read only, keeps the list of people, another unit's
        page = as_person(desk, login).get("/warnings/W1").text
        assert (offered(page), 'name="action"' in page, "draft-kind" in page) == (set(), False, False)
    browser = as_person(desk, "both")
    assert {"verify", "dismiss", "watch", "take", "hand_over"} <= offered(browser.get("/warnings/W1").text)
    assert "step-acknowledge" not in browser.get("/warnings/W1").text
    send(browser, "verify", before="review", reason="x")
    send(browser, "assess", participants="双岗\n李", opinion="y")
    page = browser.get("/warnings/W1").text
    approve = page[page.index('id="step-approve"') :].split("</details>")[0]
    assert "暂不能办" in approve and "<form" not in approve


def test_measures_plan_and_answers_in_the_browser(browser: TestClient, settings: Settings) -> None:
    send(browser, "verify", before="review", reason="x")
    assert (
        send(browser, "take_measure", measure_kind="industrial:lot_by_lot", scope_text="玩具", starts="2026-11-20")[0] == 409
    )  # an officer
    assert send(browser, "start_plan")[0] == 303
    assert send(browser, "plan_step", plan_step="1", text="已布控")[0] == 303
    refused, page = send(browser, "plan_step", plan_step="1", text="也已布控")  # somebody else was quicker
    assert refused == 409 and 'role="alert"' in page and "也已布控" in page
    assert send(browser, "hand_over", to_unit="samr", reason="市场上的货")[0] == 303
    assert send(browser, "answer", hand_over="1", text="已下架", name="赵")[0] == 303
    assert send(browser, "follow_up", kind="laboratory_report", text="铅超标", happened="2026-11-19")[0] == 303
    as_person(browser, "wang")
    refused = send(browser, "take_measure", measure_kind="food:nothing", scope_text="我的字", starts="2026-11-20")
    assert refused[0] == 409 and "我的字" in refused[1]
    assert send(browser, "take_measure", measure_kind="industrial:lot_by_lot", scope_text="玩具", starts="2026-11-20")[0] == 303
    assert send(browser, "end_measure", measure="1", ends="x", reason="r")[0] == 409
    assert send(browser, "end_measure", measure="1", ends="2026-12-01", reason="原因消除")[0] == 303
    page = browser.get("/warnings/W1").text
    assert all(words in page for words in ("批批检验", "已布控", "已下架", "铅超标", "原因消除", "国家市场监督管理总局"))


def attach(browser: TestClient, name: str, content: bytes, case: str = "W1", **fields: str) -> tuple[int, str]:
    form = {"csrf": csrf_of(browser, f"/warnings/{case}"), **fields}
    answer = browser.post(f"/warnings/{case}/files", data=form, files={"file": (name, content, "text/html")})
    return answer.status_code, answer.text


def test_a_file_is_what_its_content_says_and_is_only_ever_saved(browser: TestClient) -> None:
    assert attach(browser, "报告.pdf", b"MZ not a document", reason="我的说明")[0] == 409
    assert "我的说明" in attach(browser, "报告.pdf", b"MZ", reason="我的说明")[1]
    assert attach(browser, "", PDF)[0] == 409
    assert attach(browser, f"../{HOSTILE}报告.pdf", PDF, reason="检测报告")[0] == 303
    page = browser.get("/warnings/W1").text
    assert "报告.pdf" in page and "检测报告" in page and "<script>alert" not in page
    found = browser.get("/warnings/W1/files/1")
    assert (found.content, found.headers["content-type"]) == (PDF, "application/pdf")
    assert found.headers["content-disposition"].startswith("attachment; ") and "\n" not in found.headers["content-disposition"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert browser.get("/warnings/W2/files/1").status_code == 404  # of another case
    assert browser.get("/warnings/W1/files/9").status_code == 404
    assert browser.post("/warnings/W1/files", data={"csrf": "guessed"}).status_code == 403
    as_person(browser, "looker")
    assert attach(browser, "a.pdf", PDF)[0] == 409


def paper(browser: TestClient, step: str, case: str = "W1", **fields: str) -> tuple[int, str]:
    form = {"csrf": csrf_of(browser, f"/warnings/{case}"), "step": step, **fields}
    answer = browser.post(f"/warnings/{case}/notices", data=form)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def test_from_the_list_to_the_printed_notice_all_in_the_browser(browser: TestClient, settings: Settings) -> None:
    assert "/warnings/W1" in browser.get("/warnings").text
    assert send(browser, "verify", before="review", reason="复检属实")[0] == 303
    assert send(browser, "assess", participants="Li\nChen", opinion="发布警示")[0] == 303
    assert paper(browser, "draft", notice_kind="king")[0] == 409
    assert paper(browser, "draft", notice_kind="port_notice", advice="我的建议") == (303, "/warnings/W1?done=notice_draft#notice-1")
    refused, page = paper(browser, "sign", number="1", version="1")  # an officer signs nothing
    assert refused == 409 and 'role="alert"' in page
    as_person(browser, "wang")
    assert "案件达到以下状态后方可签署" in browser.get("/warnings/W1").text
    assert paper(browser, "sign", number="1", version="1")[0] == 409  # nor anybody before the case is approved
    assert send(browser, "approve", reason="同意")[0] == 303
    assert paper(browser, "sign", "W2", number="1", version="1")[0] == 409  # a notice of another case
    assert paper(browser, "sign", number="1", version="7")[0] == 409  # another version than the one that was read
    assert paper(browser, "sign", number="1", version="1")[0] == 303
    assert send(browser, "issue", scope="national")[0] == 303
    refused, page = paper(browser, "number", number="1", version="2", agency_number="不是文号")
    assert refused == 409 and 'value="不是文号"' in page
    assert paper(browser, "number", number="1", version="2", agency_number="署检函〔2026〕7号")[0] == 303
    assert paper(browser, "void", number="1", version="3", reason="x")[0] == 409  # what was signed can only be lifted
    found = browser.get("/warnings/W1/notices/1/port_notice.zh_CN.pdf")
    with open_store(settings) as store:
        assert found.content == notices.files(notices.get(store, 1))["port_notice.zh_CN.pdf"]
    assert found.content.startswith(b"%PDF") and found.headers["content-disposition"].startswith('attachment; filename="RW-2026-000001')
    assert browser.get("/warnings/W1/notices/1/port_notice.en.docx").content.startswith(b"PK")
    for wrong in (
        "/warnings/W2/notices/1/port_notice.zh_CN.pdf",
        "/warnings/W1/notices/1/x.pdf",
        "/warnings/W1/notices/9/port_notice.zh_CN.pdf",
    ):
        assert browser.get(wrong).status_code == 404
    assert paper(browser, "lift", number="1", version="3", reason="原因消除")[0] == 303
    page = browser.get("/warnings/W1").text
    assert "署检函〔2026〕7号" in page and "已签署" in page and "送审稿" in page


def test_whoever_drafted_an_orange_notice_does_not_sign_it(browser: TestClient) -> None:
    send(browser, "verify", before="review", reason="x")
    send(browser, "assess", participants="Li\nChen", opinion="y")
    as_person(browser, "zhou")
    assert send(browser, "approve")[0] == 303
    paper(browser, "draft", notice_kind="notice")
    assert paper(browser, "sign", number="1", version="1")[0] == 409
    assert paper(browser, "void", number="1", version="1", reason="重写")[0] == 303
    assert "已作废" in browser.get("/warnings/W1").text


def test_the_history_tells_people_machine_and_sending_in_one_line_of_time(browser: TestClient, settings: Settings) -> None:
    send(browser, "note", reason="先看样品")
    publish(settings, [OWN | {"level": "red"}], NIGHT + timedelta(days=1))
    with open_store(settings) as store:
        pairs = [("warning:W1", "orange")]
        claim(store.engine, "duty", "duty@customs.test", pairs, NIGHT, "m1")
        settle(store.engine, "duty", "duty@customs.test", pairs)
    page = browser.get("/warnings/W1").text
    history = page[page.index('id="history"') :]
    places = [history.index(words) for words in ("系统判断有变化", "duty@customs.test", "先看样品", "系统提出预警")]
    assert places == sorted(places)
    assert "橙色 → 红色" in history


def test_the_json_twin_tells_the_case_too_also_of_what_people_raised(browser: TestClient) -> None:
    send(browser, "verify", before="review", reason="复检属实")
    send(browser, "start_plan")
    told_of = browser.get("/warnings/W1.json").json()
    assert (told_of["case"]["state"], told_of["case"]["version"], told_of["is_machine"]) == ("verified", 3, True)
    assert [one["what"] for one in told_of["history"]] == ["start_plan", "verify", "review", "raised"]
    assert {"action": "assess", "needs": ["participants", "opinion"], "hindrance": ""} in told_of["offers"]
    assert len(told_of["plan"]) > 2 and told_of["notices"] == []
    entered = {"csrf": csrf_of(browser, "/information"), "source_class": "media", "grade": "1", "direction": "import", "product": "奶粉",
               "product_code": "1901", "origin_country": "NZ", "hazard": "肉毒梭菌", "text": "外媒报道"}  # fmt: skip
    where = browser.post("/information", data=entered).headers["location"]
    told_of = browser.get(f"{where}.json").json()
    assert (told_of["is_machine"], told_of["information"]["product"], told_of["case"]["colour"]) == (False, "奶粉", "orange")
    assert browser.get("/warnings/none.json").status_code == 404


def test_the_file_copy_is_whole_and_says_who_printed_it(browser: TestClient) -> None:
    send(browser, "verify", before="review", reason="复检属实")
    page = browser.get("/warnings/W1/print").text
    assert "<details" not in page and "<form" not in page
    for words in ("存档件", "W1", "Li (li), 2026-11-20 09:00", str(NIGHT), "120", "橙色", "复检属实", "3101/2", "说明", "承办人"):
        assert words in page, words
    assert browser.get("/warnings/none/print").status_code == 404
    entered = {"csrf": csrf_of(browser, "/information"), "source_class": "media", "grade": "1", "direction": "import", "product": "奶粉",
               "product_code": "9503", "origin_country": "VN", "hazard": "窒息", "text": HOSTILE}  # fmt: skip
    where = browser.post("/information", data=entered).headers["location"]
    assert "奶粉" in browser.get(f"{where}/print").text
    assert "奶粉" in browser.get("/warnings/W1").text  # entered by people on the same goods
    assert "<script>alert" not in browser.get(f"{where}/print").text + browser.get("/warnings/W1").text
