"""Documents of the WTO: symbols of every form, families, lists of codes, periods, hostile texts; odd ones flagged and kept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from ingest_files import TODAY, Drop, as_csv, as_xlsx

from riskwarn import pipeline, warehouse
from riskwarn.settings import Settings

NIGHT = TODAY + timedelta(days=1)


@pytest.fixture
def drop(settings: Settings) -> Drop:
    return Drop(settings, "wto_notifications")


def document(symbol: str = "G/TBT/N/EU/1", **changes: str | None) -> dict[str, str | None]:
    """One row of the bulk spreadsheet."""
    return {
        "Document symbol": symbol, "Notifying Member": "European Union", "Distribution date": "03/11/2026", "Title": "Toys",
        "Products covered": "Toys", "HS code(s)": "9503", "ICS code(s)": "97.200.50", "Final date for comments": "02/01/2027", **changes,
    }  # fmt: skip


def taken(drop: Drop, *rows: dict[str, str | None]) -> list[dict[str, Any]]:
    return drop.rows(drop.take_one("eping.csv", as_csv(list(rows))))


@pytest.mark.parametrize(
    ("symbol", "area", "form", "member", "family", "kind"),
    [
        ("G/TBT/N/CHN/1200", "TBT", "notification", "CHN", "G/TBT/N/CHN/1200", "original"),
        (" G/SPS/N/EU/12/Add.1/Corr.2", "SPS", "notification", "EU", "G/SPS/N/EU/12", "corrigendum"),
        ("G/TBT/N/TPKM/3/Rev.1", "TBT", "notification", "TPKM", "G/TBT/N/TPKM/3", "revision"),
        ("G/SPS/N/HKG/4/Suppl.1", "SPS", "notification", "HKG", "G/SPS/N/HKG/4", "supplement"),
        ("G/TBT/Notif.00/194", "TBT", "old", None, "G/TBT/Notif.00/194", "original"),
        ("G/TBT/Notif.99/20/Add.1", "TBT", "old", None, "G/TBT/Notif.99/20", "addendum"),
        ("G/SPS/N/EQV/3", "SPS", "equivalence", None, "G/SPS/N/EQV/3", "original"),
        ("G/TBT/10.7/N/144", "TBT", "agreement", None, "G/TBT/10.7/N/144", "original"),
        ("G/TBT/2/Add.12/Rev.1", "TBT", "statement", None, "G/TBT/2/Add.12", "revision"),
        ("G/SPS/GEN/700", "SPS", "other", None, "G/SPS/GEN/700", "original"),
        ("N/CHN/1", None, "other", None, "N/CHN/1", "original"),
    ],
)
def test_symbols(drop: Drop, symbol: str, area: str, form: str, member: str | None, family: str, kind: str) -> None:
    (row,) = taken(drop, document(symbol))
    found = (row["area"], row["symbol_form"], row["notifying_member_code"], row["family"], row["document_kind"])
    assert found == (area, form, member, family, kind)
    assert ("symbol_form_unknown" in row["flags"]) == (form == "other")
    assert row["reasons"] == []


def test_a_joint_notification_is_one_document_with_all_its_symbols(drop: Drop) -> None:
    (row,) = taken(drop, document("G/SPS/N/EU/1, G/TBT/N/EU/2"))
    assert (row["symbols"], row["notification_id"]) == (["G/SPS/N/EU/1", "G/TBT/N/EU/2"], "G/SPS/N/EU/1, G/TBT/N/EU/2")
    assert "joint_notification" in row["flags"]


def test_lists_of_codes(drop: Drop) -> None:
    (row,) = taken(
        drop, document(**{"HS code(s)": "8507.60, 9503; 01 | 99 950300", "ICS code(s)": "13.020; 97.200.50 43", "Objectives": "A; B"})
    )
    assert row["hs_codes"] == ["01", "850760", "9503", "950300"]
    assert row["ics_codes"] == ["13.020", "43", "97.200.50"]
    assert row["objectives"] == ["A", "B"]


@pytest.mark.parametrize(
    ("written", "day", "flag"),
    [
        ("02/01/2027", date(2027, 1, 2), None),
        ("60 days from circulation", date(2027, 1, 2), "deadline_computed"),
        ("90 days from the date of notification", date(2027, 2, 1), "deadline_computed"),
        ("31/02/2027", None, "deadline_unreadable"),
        ("Not stated", None, None),
        ("", None, None),
        ("01/10/2026", date(2026, 10, 1), "deadline_before_distribution"),
    ],
)
def test_deadlines_as_written_and_as_days(drop: Drop, written: str, day: date | None, flag: str | None) -> None:
    (row,) = taken(drop, document(**{"Final date for comments": written}))
    assert row["comment_deadline_on"] == day
    assert row["comment_deadline_text"] == (written or None)
    assert [f for f in row["flags"] if f.startswith("deadline")] == ([flag] if flag else [])


def test_odd_documents_are_kept_and_flagged(drop: Drop) -> None:
    rows = taken(
        drop,
        document("G/TBT/N/US/1", **{"HS code(s)": None}),
        document("G/TBT/N/US/2", **{"Distribution date": "someday"}),
        document("G/TBT/N/US/3", Title="<b>Toys</b> &amp; <script>alert(1)</script>games<img src=x onerror=y"),
        document("G/TBT/N/US/4", Title="x" * 30_000),
        document("", Title="nothing to go by"),
        document("G/TBT/N/US/5", **{"Distribution date": "03/11/2027"}),
    )
    assert "hs_missing" in rows[0]["flags"]
    assert (rows[1]["event_on"], "distribution_date_unreadable" in rows[1]["flags"]) == (TODAY, True)
    assert "script" not in rows[2]["title"] and rows[2]["title"].startswith("Toys & games")
    assert (len(rows[3]["title"]), "text_cut" in rows[3]["flags"]) == (20_000, True)
    assert [row["reasons"] for row in rows[:4]] == [[]] * 4
    assert rows[4]["reasons"] == ["key_missing: document_symbol"]
    assert rows[5]["reasons"] == ["date_after_delivery: distribution_date=2027-11-03"]


@pytest.mark.parametrize("title", ["x" * (10 << 20), "a line\n" * (3 << 19)])
def test_a_title_of_ten_megabytes_is_kept_and_cut(drop: Drop, title: str) -> None:
    long, short = taken(drop, document("G/TBT/N/US/1", Title=title), document("G/TBT/N/US/2"))
    assert (len(long["title"]), "text_cut" in long["flags"], long["reasons"]) == (20_000, True, [])
    assert (short["symbol"], short["title"]) == ("G/TBT/N/US/2", "Toys")


def test_the_api_says_the_same_as_the_spreadsheet(drop: Drop) -> None:
    item = {
        "id": 77, "documentSymbol": " G/TBT/N/EU/1", "area": "TBT", "titlePlain": "Toys", "notifyingMember": "European Union",
        "notifyingMemberCode": "U918", "distributionDate": "2026-11-03T00:00:00", "hsCodes": "9503", "icsCodes": "97.200.50",
        "commentDeadlineDate": "2027-01-02T00:00:00", "isOpenForComments": True, "productsFreeText": "Toys",
        "objectives": ["Protection of human health or safety"], "linkToNotification": "https://eping.wto.org/77",
    }  # fmt: skip
    api = drop.rows(drop.take_one("page1.json", json.dumps({"items": [item], "totalCount": 1}).encode()))[0]
    sheet = Drop(drop.settings.model_copy(update={"home": drop.settings.home / "sheet"}), drop.source)
    bulk = sheet.rows(sheet.take_one("Notification_EN.xlsx", as_xlsx([document()])))[0]
    same = ("notification_id", "area", "family", "notifying_member_code", "title", "hs_codes", "event_on", "comment_deadline_on")
    assert [api[name] for name in same] == [bulk[name] for name in same]
    assert (api["eping_id"], api["objectives"]) == ("77", ["Protection of human health or safety"])


def test_a_changed_document_is_a_new_version_and_the_mart_counts_the_days(drop: Drop) -> None:
    drop.put(
        "first.csv", as_csv([document(), document("G/TBT/N/EU/1/Add.1", **{"Distribution date": "10/11/2026"})]), TODAY - timedelta(days=2)
    )
    drop.put("second.csv", as_csv([document(**{"Final date for comments": "02/02/2027"})]), TODAY)
    pipeline.run(drop.settings, NIGHT, today=NIGHT)
    with warehouse.open_published(drop.settings) as con:
        found = con.execute("select symbol, comment_deadline_on, days_left, is_newest_of_family from mart_wto_notifications").fetchall()
    assert found == [
        ("G/TBT/N/EU/1/Add.1", date(2027, 1, 2), (date(2027, 1, 2) - NIGHT).days, True),
        ("G/TBT/N/EU/1", date(2027, 2, 2), (date(2027, 2, 2) - NIGHT).days, False),
    ]
