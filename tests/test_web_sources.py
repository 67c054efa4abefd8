"""Sources in the console: rows set aside, decided on by people and taken by the next night; a month of deliveries; checks in words."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from ingest_files import Drop, as_csv, complaint, inspection
from test_text import messages
from typer.testing import CliRunner
from web_data import NIGHT, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn import cli, pipeline, warehouse
from riskwarn.cases import audit, open_store
from riskwarn.cases.schema import metadata
from riskwarn.checks import write_data_docs
from riskwarn.checks.suites import load_suite
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.text import Lang
from riskwarn.web.rhythm import month_of
from riskwarn.web.told import issue_in_words, reason_in_words

EVE = NIGHT - timedelta(days=1)
PAGE = "/sources/port_inspections"
HOSTILE = "<script>alert(1)</script>"
LOTS = [
    inspection(1), inspection(2, sampled_on="2026-13-45", product_name=HOSTILE), inspection(3, quantity="-5"), inspection(4, quantity="-6"),
    inspection(5, resulted_on="2026-10-01", received_on="2026-11-03"), inspection(6, declaration_no="220120261000000001", result="perhaps"),
]  # fmt: skip
COMPLAINTS = [complaint(1, narrative="本人张三,电话13812345678"), complaint(2, received_on="someday", narrative="我叫李四,手机13912345678")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of which the night of NIGHT was taken in, checked and published, with people."""
    settings = Settings(home=tmp_path_factory.mktemp("sources") / "home")
    Drop(settings).put("lots.csv", as_csv(LOTS), EVE)
    Drop(settings, "consumer_complaints").put("complaints.csv", as_csv(COMPLAINTS), EVE)
    for source in ("port_inspections", "consumer_complaints"):
        pipeline.take_source(settings, source, NIGHT, today=NIGHT)
    write_data_docs(settings, Lake(settings.lake), NIGHT)
    publish(settings, [told("W1", level="red")])
    employ(settings, Clock()())
    return settings.home


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(settings: Settings, clock: Clock) -> Iterator[TestClient]:
    with client(settings, clock) as opened:
        enter(opened)
        yield opened


def row_address(browser: TestClient, row_no: int, source: str = "port_inspections") -> str:
    rows = browser.get(f"/sources/{source}.json?state=all").json()["quarantine"]
    (found,) = [row for row in rows if row["row_no"] == row_no]
    return f"/sources/{source}/rows/{found['delivery_id']}/{row_no}"


def form_of(browser: TestClient, address: str) -> dict[str, str]:
    """The fields of the form that corrects, as the page shows them."""
    page = browser.get(address).text
    part = page[page.index('id="correct"') :]
    fields = dict(re.findall(r'<input name="([^"]+)" value="([^"]*)"', part))
    fields |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part[: part.index("</form>")]))
    fields |= dict(re.findall(r'<textarea name="(cell\.[^"]+)"[^>]*>([^<]*)</textarea>', part))
    return {name: html.unescape(value) for name, value in fields.items()}


def next_night(settings: Settings, night: date) -> None:
    Lake(settings.lake).write_json("nights", (night - timedelta(days=1)).isoformat(), {"deliveries": []})
    pipeline.take_source(settings, "port_inspections", night, today=night)
    warehouse.publish(settings, Lake(settings.lake), night)


def states(browser: TestClient) -> dict[int, str]:
    rows = browser.get(f"{PAGE}.json?state=all").json()["quarantine"]
    return {row["row_no"]: row["state"] for row in rows if row["file_name"] == "lots.csv"}


def test_a_row_is_seen_in_its_file_and_corrected_and_the_next_night_takes_it(browser: TestClient, settings: Settings, clock: Clock) -> None:
    address = row_address(browser, 3)
    page = browser.get(address).text
    assert "日期无法识别" in page and "取样日期" in page and "烘焙咖啡" in page
    assert "<script>alert" not in page and html.escape(HOSTILE) in page
    form = form_of(browser, address)
    assert form["cell.product_name"] == HOSTILE and form["cell.sampled_on"] == "2026-13-45"
    refused = browser.post(address, data=form | {"reason": "checked"})
    assert refused.status_code == 409 and "未作更改" in refused.text
    still = browser.post(address, data=form | {"cell.sampled_on": "2026-14-01", "reason": "checked by telephone"})
    assert (
        still.status_code == 409 and "该行仍会被隔离" in still.text and "checked by telephone" in still.text and "2026-14-01" in still.text
    )
    kept = browser.post(address, data=form | {"cell.sampled_on": "2026-11-03", "cell.brand": "13812345678", "reason": "checked"})
    assert kept.status_code == 303 and kept.headers["location"] == address
    assert states(browser) == {3: "waiting", 4: "open", 5: "open", 6: "open", 7: "open"}
    again = browser.post(address, data=form | {"cell.sampled_on": "2026-11-04", "reason": "too late"})
    assert again.status_code == 409  # somebody decided since the page was opened
    clock.pass_by(days=1)
    next_night(settings, NIGHT + timedelta(days=1))
    enter(browser)
    assert states(browser)[3] == "applied"
    shown = browser.get(address).text
    assert "2026-11-21夜间已采纳" in shown and "checked" in shown and 'id="correct"' not in shown
    with warehouse.open_published(settings) as con:
        counts = con.execute("select read_count, accepted_count, quarantined_count, duplicate_count from mart_delivery").fetchall()
        lots = con.execute(
            "select sampled_on, brand from core_lot join core_lot_detail using (inspection_id) where inspection_id = 'CIQ000002'"
        )
        found = lots.fetchall()
    assert all(read == accepted + aside + repeated for read, accepted, aside, repeated in counts)
    assert [(str(day), brand) for day, brand in found] == [("2026-11-03", "***")]


def test_what_a_person_writes_is_masked_before_it_is_kept(browser: TestClient, settings: Settings) -> None:
    address = row_address(browser, 3, "consumer_complaints")
    assert "13912345678" not in browser.get(address).text and "李四" not in browser.get(address + ".json").text
    with open_store(settings) as store, store.writing() as con:  # complaints are the market supervision's
        from riskwarn.cases.people import Person, put_person

        put_person(con, store.books.units, Person("li", "Li", "samr", "officer", True), by="admin", at=Clock()())
    form = form_of(browser, address) | {"cell.received_on": "2026-11-03", "reason": "asked"}
    form["cell.narrative"] += "再联系我,电话13700001111"
    assert browser.post(address, data=form).status_code == 303
    with open_store(settings) as store, store.engine.connect() as con:
        dump = json.dumps([list(map(str, row)) for table in store_tables() for row in con.execute(table.select())], ensure_ascii=False)
    assert "13700001111" not in dump and "13912345678" not in dump and "再联系我" in dump


def store_tables() -> list[sa.Table]:
    return [metadata.tables["row_decision"], metadata.tables["audit_entry"]]


def test_officers_reject_and_supervisors_release_many_alike_at_once(browser: TestClient, settings: Settings, clock: Clock) -> None:
    delivery = row_address(browser, 4).split("/")[-2]
    view = f"{PAGE}?kind=negative%3A+quantity&delivery={delivery}"
    page = browser.get(view).text
    assert "一并处理全部2行" in page and 'value="release"' not in page and 'value="reject"' in page
    form = {"csrf": csrf_of(browser), "of_kind": "negative: quantity", "delivery": delivery, "count": "2", "kind": "release"}
    assert browser.post(f"{PAGE}/decide", data=form | {"reason": "returned goods"}).status_code == 409  # li is an officer
    enter(browser, "wang")
    assert 'value="release"' in browser.get(view).text
    form["csrf"] = csrf_of(browser)
    assert browser.post(f"{PAGE}/decide", data=form | {"count": "3", "reason": "returned goods"}).status_code == 409
    assert browser.post(f"{PAGE}/decide", data=form | {"reason": "returned goods"}).status_code == 303
    address = row_address(browser, 7)
    fields = {k: v for k, v in form_of(browser, address).items() if not k.startswith("cell.")}
    assert browser.post(address, data=fields | {"kind": "release", "reason": "x"}).status_code == 409  # no result: cannot be counted
    assert browser.post(address, data=fields | {"kind": "reject", "reason": "not ours"}).status_code == 303
    assert states(browser) == {3: "open", 4: "waiting", 5: "waiting", 6: "open", 7: "rejected"}
    clock.pass_by(days=1)
    next_night(settings, NIGHT + timedelta(days=1))
    enter(browser, "wang")
    assert states(browser) == {3: "open", 4: "applied", 5: "applied", 6: "open", 7: "rejected"}
    assert browser.get("/sources.json").json()["sources"][-2]["open_count"] == 2
    assert "人工处理的行" in browser.get(PAGE).text  # the released ones still fail their check, and the page says why
    assert f"?state=all&amp;kind=quantity_not_negative&amp;delivery={NIGHT}" in browser.get(PAGE).text
    with open_store(settings) as store, store.engine.connect() as con:
        actions = [entry["action"] for entry in audit.trail(con, f"rows port_inspections {delivery}")]
        assert audit.verify(con) == []
    assert actions == ["release", "reject"]
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{PAGE}.csv?state=rejected").content.decode("utf-8-sig"))))
    assert [(row["row_no"], row["state"], row["decision_reason"]) for row in rows] == [("7", "rejected", "not ours")]


def test_who_may_not_decide_sees_no_form_and_is_refused(browser: TestClient) -> None:
    address = row_address(browser, 3)
    form = form_of(browser, address) | {"cell.sampled_on": "2026-11-03", "reason": "checked"}
    enter(browser, "looker")
    page = browser.get(address).text
    assert 'id="correct"' not in page and "的工作人员处理" in page
    assert browser.post(address, data=form | {"csrf": csrf_of(browser)}).status_code == 409
    assert browser.post(address, data=form | {"csrf": "wrong"}).status_code == 403
    assert states(browser)[3] == "open"
    for missing in (address[:-1] + "99", address.replace("port_inspections", "none"), address + "9.json"):
        assert browser.get(missing).status_code == 404


def test_a_file_no_longer_kept_leaves_what_the_check_kept(browser: TestClient, settings: Settings) -> None:
    address, typed = row_address(browser, 3), row_address(browser, 6)
    shutil.rmtree(settings.lake / "raw")
    assert "原文件已不再保存" in browser.get(address).text
    assert form_of(browser, address)["cell.sampled_on"] == "2026-13-45"
    enter(browser, "wang")
    assert "该行不能放行" in browser.get(typed).text  # only its canonical values are left, not what was delivered


def test_a_month_tells_what_came_and_what_was_due() -> None:
    first = date(2026, 11, 2)  # a Monday
    rows = [{"delivered_on": first + timedelta(days=n), "read_count": 10} for n in (0, 1, 1, 4)]
    month = month_of(rows, 1, first)
    assert "".join(day.state[0] for day in month.days[:9]) == "aaqdarrqd"  # Thursday: two working days after Tuesday
    assert (month.arrived, month.days[1].files, month.days[1].rows) == (3, 2, 20)
    assert {day.state for day in month_of([], 1, first).days} == {"quiet", "rest"}


def test_the_month_has_a_table_twin(browser: TestClient) -> None:
    days = list(csv.DictReader(io.StringIO(browser.get("/sources-days.csv").content.decode("utf-8-sig"))))
    mine = [day for day in days if day["source"] == "port_inspections"]
    assert len(mine) == 30 and mine[-1] == {"source": "port_inspections", "day": str(EVE), "state": "arrived", "files": "1", "rows": "6"}
    assert browser.get(f"{PAGE}.json").json()["days"][-1]["state"] == "arrived"


def test_the_whole_suite_is_shown_with_its_results_and_leads_to_the_rows(browser: TestClient) -> None:
    checks = browser.get(f"{PAGE}/checks.json").json()["checks"]
    assert {one["expectation_id"] for one in checks if one["delivery_id"]} == {
        one.id for one in load_suite("port_inspections").of_levels("row", "table")
    }
    (failed,) = [one for one in checks if one["expectation_id"] == "sampled_before_result"]
    assert (failed["is_success"], failed["unexpected_count"]) == (False, 1)
    page = browser.get(f"{PAGE}/checks").text
    link = f"{PAGE}?state=all&amp;kind=sampled_before_result&amp;delivery={failed['delivery_id']}#quarantine"
    assert link in page and "出结果不早于取样" in page and "未通过" in page
    assert "CIQ000005" in browser.get(html.unescape(link)).text
    assert [browser.get(f"/sources/none/checks{kind}").status_code for kind in ("", ".json", ".csv")] == [404, 404, 404]


def test_data_docs_are_served_without_scripts_to_who_is_signed_in(browser: TestClient) -> None:
    answer = browser.get("/data-docs/index.html")
    assert answer.status_code == 200 and "script-src 'self'" in answer.headers["content-security-policy"]
    names = re.findall(r'href="([^"/]+)"', answer.text)
    assert "port_inspections.html" in names and "style.css" in names
    for name in names:
        page = browser.get(f"/data-docs/{name}")
        assert page.status_code == 200 and "<script" not in page.text and " style=" not in page.text
    for name in ("none.html", "..%2Frun_report.json", "%2e%2e"):
        assert browser.get(f"/data-docs/{name}").status_code in (404, 303), name
    assert 'href="/data-docs/port_inspections.html"' in browser.get(f"{PAGE}/checks").text
    browser.post("/sign-out", data={"csrf": csrf_of(browser)})
    assert browser.get("/data-docs/index.html").status_code == 303


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_every_reason_and_finding_is_told_in_the_readers_language(lang: Lang) -> None:
    for source in all_sources():
        for one in load_suite(source).expectations:
            said = reason_in_words(source, one.id, lang)
            assert (one.description_en if lang == "en" else one.description_zh) in said
    details = ("3 of 40", "last delivered 2026-11-02, 9 working days ago, due after 1", "week of 2026-11-09: 5 rows, usually 10 to 20")
    for detail in details:
        what, found = issue_in_words("port_inspections", f"source_missing: delivered_when_due: {detail}", lang)
        assert bool(re.search(r"[\u4e00-\u9fff]", what + found)) == (lang == "zh_CN")
        assert not re.search(r"[a-z]{3}", found) or lang == "en"
    assert {f"row state {s}" for s in ("open", "waiting", "applied", "again", "rejected", "all")} <= messages(lang).keys()
    rules = ("row_still_bad", "row_not_releasable", "row_unchanged", "row_key_masked", "rows_changed")
    assert {f"rule {rule}" for rule in rules} <= messages(lang).keys()


def test_nothing_may_be_released_that_the_nights_rest_on() -> None:
    needed = (
        "_given",
        "_known",
        "known_not_before_received",
        "_not_after_delivery",
        "narrative_is_masked",
        "hs_code_possible",
        "_iso_code",
    )
    for source in all_sources():
        for one in load_suite(source).expectations:
            assert not (one.is_releasable and one.id.endswith(needed)), one.id


def test_the_command_line_does_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskwarn.cli_quarantine.today", lambda: NIGHT)
    monkeypatch.setattr("riskwarn.cli_quarantine.now", Clock())

    def say(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["quarantine", *words, "--home", str(settings.home)])
        return done.exit_code, done.output

    listed = say("list", "port_inspections")[1]
    delivery = listed.split()[0]
    assert "lots.csv" in listed and "共5行" in listed
    row = ("port_inspections", delivery, "3")
    assert say("correct", *row, "--set", "sampled_on=2026-14-01", "--reason", "x", "--by", "li")[0] == 1
    assert say("correct", *row, "--set", "none=1", "--reason", "x", "--by", "li")[0] == 2
    assert say("correct", *row, "--set", "sampled_on=2026-11-03", "--reason", "x", "--by", "li")[0] == 0
    assert say("release", "port_inspections", delivery, "4", "5", "--reason", "x", "--by", "li")[0] == 1
    assert say("release", "port_inspections", delivery, "4", "5", "--reason", "x", "--by", "wang")[0] == 0
    assert say("reject", "port_inspections", delivery, "99", "--reason", "x", "--by", "li")[0] == 1
    assert say("reject", "port_inspections", delivery, "7", "--reason", "x", "--by", "li")[0] == 0
    assert "共1行" in say("list", "port_inspections")[1] and "已驳回" in say("list", "port_inspections", "--all")[1]
