"""The console's pages to look things up: sources, measures ahead, files of enterprises, products by country."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from scipy.stats import beta
from warehouse_data import MONDAY, accept
from web_data import NIGHT, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.cases import open_store
from riskwarn.lake import Lake
from riskwarn.measures import measures_ahead
from riskwarn.settings import Settings
from riskwarn.tbtsps.comments import exchange
from riskwarn.web.measures import web_address
from riskwarn.web.peers import standing

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"
OWN, OTHER = "91330109MAWTDA9K0J", "91310115MAM036AK7J"
ADDRESSES = (
    "/sources",
    "/sources/port_inspections",
    "/measures",
    "/enterprises",
    f"/enterprises/{OWN}",
    "/products",
    "/products/HS/9503/VN",
)


def lots(code: str, passed: int, failed: int, **changes: Any) -> list[dict[str, Any]]:
    base = {"enterprise_code": code, "hs_code": "9503002100", "origin_country": "VN", "enterprise_name": f"贸易{code[-2:]}"} | changes
    results = ["pass"] * passed + ["fail"] * failed
    name = "-".join([code, *map(str, changes.values())])
    return [base | {"inspection_id": f"{name}-{n}", "result": result} for n, result in enumerate(results)]


def fill(lake: Lake) -> None:
    """Two enterprises with toys, one of them with coffee that nobody else brings in; rows set aside; a failed check; measures ahead."""
    rows = [
        *lots(OWN, 30, 10),
        *lots(OTHER, 95, 5),
        *lots(OWN, 4, 1, hs_code="0901210000", origin_country="CO"),
        *lots(OTHER, 3, 2, selection="targeted"),
    ]
    rows += lots(HOSTILE + "/A", 1, 0, enterprise_name=HOSTILE, origin_country="unknown")
    accept(lake, "port_inspections", rows)
    findings = [
        {"inspection_id": f"{OWN}-{30 + n}", "item": "lead", "hazard_category": "heavy_metals", "substance": HOSTILE} for n in range(3)
    ]
    accept(lake, "inspection_findings", findings)
    reports = [
        {"report_id": "R1", "report_type": "recall", "enterprise_code": OWN, "product_name": HOSTILE, "hs_code": "9503002100"},
        {"report_id": "R2", "report_type": "technical_barrier", "enterprise_code": OWN, "wto_symbol": "G/TBT/N/EU/2",
         "market_country": "FR", "loss_cny": 5000.0, "hs_code": "9503002100", "direction": "export"},
    ]  # fmt: skip
    accept(lake, "enterprise_reports", reports)
    accept(lake, "exporter_profiles", [{"enterprise_code": code, "enterprise_name": f"出口{code[-1]}"} for code in (OWN, OTHER)])
    accept(lake, "wto_notifications", [document(*one) for one in DOCUMENTS])
    quarantined(lake)


DOCUMENTS = (
    ("G/TBT/N/EU/1", date(2026, 12, 31), "https://example.org/1"), ("G/TBT/N/EU/2", None, "javascript:alert(1)"),
    ("G/TBT/N/EU/3", date(2026, 11, 25), "https://example.org/a b"), ("G/TBT/N/EU/4", date(2026, 11, 19), None),
)  # fmt: skip


def document(symbol: str, closes: date | None, url: str | None) -> dict[str, Any]:
    return {
        "notification_id": symbol, "symbol": symbol, "family": symbol, "notifying_country": "EU", "title": f"Toys {HOSTILE}",
        "comment_deadline_on": closes, "document_url": url, "distribution_on": MONDAY, "document_kind": "original",
    }  # fmt: skip


def quarantined(lake: Lake, count: int = 70) -> None:
    delivered = "2026-11-18"
    record = {"source": "port_inspections", "delivery_id": "d1", "delivered_on": delivered, "is_history": False, "night": str(NIGHT)}
    lake.write_json(
        "deliveries",
        "port_inspections/d1",
        record | {"state": "checked", "read": 90, "accepted": 20, "quarantined": count, "duplicates": 0},
    )
    base = {"source": "port_inspections", "delivery_id": "d1", "file_name": f"口岸{HOSTILE}.csv", "delivered_on": date(2026, 11, 18)}
    rows = [
        {**base, "row_no": n, "key_text": f"K{n}", "reasons": ["key_missing: inspection_id"], "row_json": '{"brand": "b"}'}
        for n in range(2, count)
    ]
    rows.append(
        {
            **base,
            "row_no": count,
            "key_text": "=cmd|' /C calc'!A0",
            "reasons": ["hs_impossible: hs_code=" + HOSTILE, "odd_code"],
            "row_json": HOSTILE,
        }
    )
    rows.append(
        {**base, "row_no": count + 1, "key_text": "K", "reasons": ["negative: quantity=-1"], "row_json": f'{{"narrative": "{"x" * 9000}"}}'}
    )
    lake.write_frame("quarantine", "port_inspections/d1", pd.DataFrame(rows))
    issue = {"code": "check_source_failed", "severity": "warning", "detail": HOSTILE, "rows": 0}
    verdict = {"source": "port_inspections", "verdict": "ok", "newest_received_on": "2026-11-18", "issues": [issue]}
    lake.write_json("verdicts", f"{NIGHT}/port_inspections", verdict)
    lake.write_json(
        "verdicts", f"{NIGHT}/declared_lots", {"source": "declared_lots", "verdict": "missing", "newest_received_on": None, "issues": []}
    )
    check = {
        "source": "port_inspections",
        "delivery_id": "d1",
        "severity": "warning",
        "level": "row",
        "unexpected_count": 3,
        "element_count": 20,
    }
    checks = [
        check | {"expectation_id": "value_has_currency", "success": False, "description_en": HOSTILE, "description_zh": HOSTILE,
         "sample": HOSTILE},
        check | {"expectation_id": "fine", "success": True, "description_en": "a", "description_zh": "甲", "sample": "[]"},
    ]  # fmt: skip
    lake.write_frame("check_results", f"{NIGHT}_port_inspections", pd.DataFrame(checks))


@pytest.fixture
def desk(settings: Settings, lake: Lake) -> Iterator[TestClient]:
    """A browser at a console over a night with everything that the pages show; nobody signed in."""
    fill(lake)
    publish(settings, [told("W1", level="red"), told("W2", origin_country="IN")])
    clock = Clock()
    employ(settings, clock())
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture
def browser(desk: TestClient) -> TestClient:
    enter(desk)
    return desk


def in_english(browser: TestClient) -> TestClient:
    browser.post("/language", data={"csrf": csrf_of(browser), "lang": "en", "next": "/warnings"})
    return browser


def table(browser: TestClient, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_nobody_sees_the_pages_without_signing_in(desk: TestClient) -> None:
    for address in ADDRESSES:
        assert desk.get(address).status_code == 303, address
        assert [desk.get(address + kind).status_code for kind in (".json", ".csv")] == [401, 401], address


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_page_and_its_twins_are_harmless_whatever_was_delivered(browser: TestClient, lang: str) -> None:
    if lang == "en":
        in_english(browser)
    for address in (
        *ADDRESSES,
        "/measures?broad=true&enterprise=%3Cscript%3Ealert(3)",
        "/enterprises?q=%22%3E%3Cimg",
        "/sources/port_inspections?page=2",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not any(bad in answer.text for bad in ("<script>alert", "<img", "style=", "javascript:", "onclick")), address
        path = address.split("?")[0]
        assert browser.get(path + ".json").json()["night"] == str(NIGHT)
        assert all(not cell.startswith(("=", "+", "@")) for row in table(browser, path + ".csv") for cell in row.values()), address


def test_what_is_not_there_and_what_cannot_be_asked(browser: TestClient) -> None:
    for address in ("/sources/none", "/enterprises/none"):
        assert [browser.get(address + kind).status_code for kind in ("", ".json", ".csv")] == [404, 404, 404]
    for address in ("/sources/port_inspections?page=0", "/measures?within=soon", "/products?what=everything", "/enterprises?page=x"):
        assert browser.get(address).status_code == 422, address


def test_a_source_says_how_it_stands_and_what_to_do(browser: TestClient) -> None:
    rows = {row["source"]: row for row in browser.get("/sources.json").json()["sources"]}
    port = rows["port_inspections"]
    assert (port["verdict"], port["age_days"], port["cadence_days"], port["quarantined_count"]) == ("ok", 2, 1, 70)
    assert (port["checks"], port["failed_checks"], port["next"]) == (2, 1, "look")
    assert (rows["declared_lots"]["next"], rows["wto_notifications"]["file_count"]) == ("missing", 0)
    page = in_english(browser).get("/sources").text
    assert "ask the authority that delivers it" in page and "2 days old" in page and "every day" in page


def test_the_rows_set_aside_are_paged_with_their_reasons_in_words(browser: TestClient) -> None:
    first, second = (browser.get(f"/sources/port_inspections.json?page={n}").json() for n in (1, 2))
    assert (first["total"], len(first["quarantine"]), len(second["quarantine"])) == (70, 50, 20)
    assert not {row["row_no"] for row in first["quarantine"]} & {row["row_no"] for row in second["quarantine"]}
    page = in_english(browser).get("/sources/port_inspections?page=2").text
    assert "page 2 of 2" in page and "no business key (inspection id)" in page and "odd_code" in page
    assert "an HS code that cannot exist" in page and "&lt;script&gt;alert(1)" in page
    assert "x" * 1001 not in page
    assert len(table(browser, "/sources/port_inspections.csv")) == 70
    assert browser.get("/sources/port_inspections?page=3").status_code == 200


def test_measures_follow_the_rules_of_the_command(browser: TestClient, settings: Settings) -> None:
    shown = browser.get("/measures.json").json()["measures"]
    # The command tells an enterprise twice where its profile and its report name it differently.
    ordered = dict.fromkeys((r["symbol"], r["enterprise_code"], r["internal_deadline"]) for r in measures_ahead(settings))
    assert [(r["symbol"], r["enterprise_code"], r["internal_deadline"]) for r in shown] == [
        (symbol, code, None if day is None else str(day)) for symbol, code, day in ordered
    ]
    assert list(dict.fromkeys(row["symbol"] for row in shown)) == ["G/TBT/N/EU/2", "G/TBT/N/EU/3", "G/TBT/N/EU/1"], (
        "met, urgent, later; over: not"
    )
    assert {row["symbol"]: (row["workdays_left"], row["stage"]) for row in shown} == {
        "G/TBT/N/EU/2": (None, "no_deadline"), "G/TBT/N/EU/3": (0, "comments"), "G/TBT/N/EU/1": (19, "comments")
    }  # fmt: skip


def symbols(browser: TestClient, query: str) -> set[str]:
    return {row["symbol"][-1] for row in browser.get(f"/measures.json?{query}").json()["measures"]}


def test_measures_are_filtered(browser: TestClient) -> None:
    assert symbols(browser, "within=7") == {"3"}
    assert symbols(browser, "within=&stage=&market=") == {"1", "2", "3"}
    assert symbols(browser, "stage=no_deadline") == {"2"}
    assert symbols(browser, "market=US") == set()
    codes = [row["enterprise_code"] for row in browser.get(f"/measures.json?enterprise={OWN.lower()}").json()["measures"]]
    assert set(codes) == {OWN}


def test_an_extension_that_a_member_granted_moves_the_deadline(browser: TestClient, settings: Settings) -> None:
    later = date(2026, 12, 10)
    with open_store(settings) as store:
        exchange(store, "G/TBT/N/EU/4", "extension_reply", "Granted.", on=NIGHT, by="li", at=Clock()(), new_deadline_on=later)
    rows = {row["symbol"]: row for row in browser.get("/measures.json").json()["measures"]}
    assert [rows["G/TBT/N/EU/4"][name] for name in ("comment_deadline_on", "is_extended", "days_left")] == [str(later), True, 20], (
        "was over"
    )
    assert rows["G/TBT/N/EU/1"]["is_extended"] is False
    assert "extended" in in_english(browser).get("/measures").text


def test_only_web_addresses_become_links(browser: TestClient) -> None:
    page = browser.get("/measures").text
    assert page.count('href="https://example.org/1" rel="noreferrer noopener"') == 2
    assert "example.org/a b" not in page
    for bad in ("javascript:alert(1)", "data:text/html,x", "//evil.test", "ftp://x", " https://x", "https://x y", "", None):
        assert web_address(bad) is None


def test_enterprises_are_found_by_code_or_name(browser: TestClient) -> None:
    def found(query: str) -> list[str]:
        return [row["enterprise_code"] for row in browser.get(f"/enterprises.json?{query}").json()["enterprises"]]

    assert found("") == [OWN, OTHER, HOSTILE + "/A"]
    assert found(f"q={OWN[:9].lower()}") == [OWN]
    assert found("q=贸易7J") == [OTHER]
    assert found("q=%25") == found("warned=true") == []


def test_a_code_with_a_slash_has_a_file_too(browser: TestClient) -> None:
    code = HOSTILE + "/A"
    page = browser.get("/enterprises").text
    address = next(part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/enterprises/%3C"))
    assert browser.get(address).status_code == 200
    assert browser.get(address + ".json").json()["enterprise"]["enterprise_code"] == code


def test_the_file_compares_like_with_like(browser: TestClient) -> None:
    file = browser.get(f"/enterprises/{OWN}.json").json()
    own = file["standing"]["own"]
    assert own["value"] == pytest.approx(34 / 45)
    assert (own["lower"], own["upper"]) == (pytest.approx(beta.ppf(0.05, 34.5, 11.5)), pytest.approx(beta.ppf(0.95, 34.5, 11.5)))
    assert file["standing"]["others"] == pytest.approx(1 - 5 / 101), (
        "random toys only: nobody else has its coffee, targeted lots are unlike"
    )
    assert (file["standing"]["compared"], file["standing"]["word"]) == (40, "worse")
    words = {row["hs4"]: (row["word"], row["other_inspected"]) for row in file["headings"]}
    assert words == {"9503": ("worse", 101), "0901": ("alone", 0)}
    assert [(row["hazard_category"], row["lot_count"]) for row in file["findings"]] == [("heavy_metals", 3)]
    assert [row["report_id"] for row in file["reports"]] == ["R1"] and [row["report_id"] for row in file["barriers"]] == ["R2"]
    assert len(file["failed_lots"]) == 11
    assert "worse than others" in in_english(browser).get(f"/enterprises/{OWN}").text


def test_standing_of_none_and_of_all_passed() -> None:
    assert (standing([]).own, standing([]).word) == (None, "alone")
    stratum = {"inspected": 50, "failed": 0, "other_inspected": 1000, "other_failed": 100}
    stands = standing([stratum])
    assert stands.own is not None and (stands.own.value, stands.own.upper, stands.word) == (1.0, 1.0, "better")
    assert standing([stratum | {"failed": 5}]).word == "usual"


def test_the_warnings_that_an_enterprise_is_behind(settings: Settings, lake: Lake) -> None:
    fill(lake)
    publish(settings, [told("W1"), told("W2")])
    events = [
        {"warning_id": "W1", "evidence_no": n, "source": "port_inspections", "evidence_key": f"{n}", "enterprise_code": OWN} for n in (1, 2)
    ]
    lake.write_frame("evidence", NIGHT.isoformat(), pd.DataFrame(events))
    publish_again(settings, lake)
    clock = Clock()
    employ(settings, clock())
    with client(settings, clock) as browser:
        enter(browser)
        (one,) = browser.get(f"/enterprises/{OWN}.json").json()["warnings"]
        assert (one["warning_id"], one["own_count"]) == ("W1", 2)
        assert 'href="/warnings/W1"' in browser.get(f"/enterprises/{OWN}").text
        assert [row["enterprise_code"] for row in browser.get("/enterprises.json?warned=true").json()["enterprises"]] == [OWN]


def publish_again(settings: Settings, lake: Lake) -> None:
    from riskwarn import warehouse

    warehouse.publish(settings, lake, NIGHT)


def test_products_by_country_say_figure_window_and_denominator(browser: TestClient) -> None:
    answer = browser.get("/products.json").json()
    assert (answer["first"], answer["last"]) == (str(NIGHT - timedelta(weeks=26)), str(NIGHT - timedelta(days=1)))
    cells = {(row["product_code"], row["country"]): (row["observed"], row["inspected"]) for row in answer["cells"]}
    assert cells == {("9503", "VN"): (17, 145), ("0901", "CO"): (1, 5)}
    page = in_english(browser).get("/products").text
    assert 'class="num heat-5"><a href="/products/HS/9503/VN?direction=import">11.7%<small>17 / 145</small>' in page
    assert '<a class="mark" href="/warnings?product=9503&amp;origin=VN">' in page
    assert page.count('<b class="tag">warnings: 2</b>') == page.count('<b class="tag">warnings: 1</b>') == 1, (
        "of the product; of it from VN"
    )
    assert {row["product_code"]: row["warnings"] for row in answer["cells"]} == {"9503": 1, "0901": 0}
    assert 'class="num heat-0 few"' in page, "five lots say little"
    caption = page.split("<caption>")[1].split("</caption>")[0]
    assert "26 weeks" in caption and str(NIGHT - timedelta(weeks=26)) in caption and "failed / inspected" in caption


def test_a_cell_leads_to_months_enterprises_lots_and_warnings(browser: TestClient) -> None:
    told = browser.get("/products/HS/9503/VN.json").json()
    assert [(row["inspected"], row["failed"]) for row in told["months"]] == [(145, 17)]
    behind = {row["enterprise_code"]: (row["failed"], row["inspected"]) for row in told["enterprises"]}
    assert behind == {OWN: (10, 40), OTHER: (7, 105)}
    assert len(told["failed_lots"]) == 17 and [row["warning_id"] for row in told["warnings"]] == ["W1"]
    assert len(table(browser, "/products/HS/9503/VN.csv")) == 145
    page = in_english(browser).get("/products/HS/9503/VN").text
    assert f'href="/enterprises/{OWN}"' in page and 'href="/warnings/W1"' in page and "Enterprises behind it" in page
    missing = [browser.get(f"/products/HS/{place}").status_code for place in ("9999/VN", "9503/ZZ", "9503/VN?direction=sideways")]
    assert missing == [404, 404, 422]


def test_products_of_exports_and_of_other_kinds(browser: TestClient) -> None:
    cells = browser.get("/products.json?direction=export&what=reports").json()["cells"]
    assert [(row["product_code"], row["country"], row["observed"], row["share"]) for row in cells] == [("9503", "FR", 1, None)]
    assert '"/products/HS/9503/FR?direction=export"' in browser.get("/products?direction=export&what=reports").text
    told = browser.get("/products/HS/9503/FR.json?direction=export").json()
    assert (told["failed_lots"], [event["event_key"] for event in told["events"]]) == ([], ["R2"])
    empty = in_english(browser).get("/products?what=complaints")
    assert (empty.status_code, "Nothing of this kind in the last 26 weeks." in empty.text) == (200, True)


def test_a_night_without_anything_shows_empty_pages(settings: Settings) -> None:
    publish(settings, [told("W1")])
    clock = Clock()
    employ(settings, clock())
    with client(settings, clock) as browser:
        enter(browser)
        for address in ("/sources", "/sources/wto_notifications", "/measures", "/enterprises", "/products"):
            assert [browser.get(address + kind).status_code for kind in ("", ".json", ".csv")] == [200, 200, 200], address
