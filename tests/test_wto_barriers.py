"""What enterprises report of technical barriers: summed by measure and market, joined to the symbol, and first in the list of measures."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from case_stores import hire
from ingest_files import Drop, as_csv
from test_wto_matches import NIGHT, document, matches, profile
from typer.testing import CliRunner

from riskwarn import pipeline, warehouse
from riskwarn.cases import open_store
from riskwarn.cli import app
from riskwarn.frames import records
from riskwarn.measures import measures_ahead
from riskwarn.sending import send_reminders
from riskwarn.settings import TIMEZONE, Settings
from riskwarn.tbtsps.comments import exchange


def report(number: int, symbol: str, market: str = "法国", loss: str = "1000", cost: str = "") -> dict[str, str | None]:
    return {
        "报告编号": f"R{number}",
        "报告类型": "遭遇技术性贸易措施",
        "统一社会信用代码": f"{number:010d}",
        "商品编号": "9503002100",
        "产品名称": "玩具",
        "输往国家(地区)": market,
        "登记日期": "2026-11-10",
        "原产国(地区)": "中国",
        "WTO通报号": symbol,
        "损失金额": loss,
        "合规成本": cost,
    }


def test_reports_are_summed_and_raise_the_measure(settings: Settings) -> None:
    reports = [
        report(1, "G/TBT/N/EU/2/Add.1", loss="1000"),
        report(2, "g/tbt/n/eu/2", market="德国", loss="", cost="500"),
        report(3, "G/TBT/N/EU/2, G/TBT/N/EU/9", loss="10"),
        report(4, "", loss="7"),
    ]
    Drop(settings, "enterprise_reports").put("reports.csv", as_csv(reports))
    pipeline.take_source(settings, "enterprise_reports", NIGHT, today=NIGHT)
    documents = [document("G/TBT/N/EU/1", **{"Final date for comments": "01/12/2026"}), document("G/TBT/N/EU/2", **{"HS code(s)": "95"})]
    matches(settings, documents, [profile("A" * 10)])
    with warehouse.open_published(settings) as con:
        rows = records(warehouse.read_barriers(con, None))
        (one,) = records(warehouse.read_barriers(con, "G/TBT/N/EU/9"))
    found = {(r["family"], r["market_country"]): r for r in rows}
    assert {k: (r["barrier_count"], r["enterprise_count"]) for k, r in found.items()} == {
        ("G/TBT/N/EU/2", "FR"): (2, 2), ("G/TBT/N/EU/2", "DE"): (1, 1), ("G/TBT/N/EU/9", "FR"): (1, 1), ("unknown", "FR"): (1, 1),
    }  # fmt: skip
    assert found["G/TBT/N/EU/2", "FR"]["loss_cny"] == 1010 and found["G/TBT/N/EU/2", "DE"]["compliance_cost_cny"] == 500
    assert rows[0]["family"] == "G/TBT/N/EU/2" and one["loss_cny"] == 10
    ahead = [row for row in measures_ahead(settings) if row["enterprise_code"] == "A" * 10]
    assert [(r["symbol"], r["barrier_count"]) for r in ahead] == [("G/TBT/N/EU/2", 3), ("G/TBT/N/EU/1", 0)], (
        "met already, though only the chapter agrees"
    )
    shown = CliRunner().invoke(app, ["measures", "--home", str(settings.home)], env={"RISKWARN_LANG": "en"})
    assert "3 reports of it as a barrier met" in " ".join(shown.output.replace("│", " ").split()), shown.output


def test_without_reports_there_is_no_barrier(settings: Settings) -> None:
    matches(settings, [document("G/TBT/N/EU/1")], [profile("A" * 10)])
    with warehouse.open_published(settings) as con:
        assert records(warehouse.read_barriers(con, None)) == []
    assert [row["barrier_count"] for row in measures_ahead(settings)] == [0]


def test_an_extension_that_the_member_granted_ends_the_comment_period(settings: Settings) -> None:
    matches(
        settings, [document("G/TBT/N/EU/1", **{"Final date for comments": "10/11/2026"}), document("G/TBT/N/EU/2")], [profile("A" * 10)]
    )
    assert [row["symbol"] for row in measures_ahead(settings)] == ["G/TBT/N/EU/2"], "the first one's period is over"
    ahead = measures_ahead(settings, granted={"G/TBT/N/EU/1": date(2026, 12, 1), "G/TBT/N/EU/7": date(2026, 12, 1)})
    assert [(row["symbol"], row["comment_deadline_on"]) for row in ahead] == [
        ("G/TBT/N/EU/1", date(2026, 12, 1)), ("G/TBT/N/EU/2", date(2027, 1, 2))
    ]  # fmt: skip
    assert ahead[0]["internal_deadline"] < date(2026, 12, 1)


def test_the_calendar_shows_the_deadline_that_the_member_granted(settings: Settings) -> None:
    matches(settings, [document("G/TBT/N/EU/1")], [profile("A" * 10)])
    at = datetime.combine(NIGHT, time(9), TIMEZONE)
    with open_store(settings) as store:
        hire(store)
        said: dict[str, Any] = {"on": NIGHT, "by": "hq", "at": at, "new_deadline_on": date(2027, 3, 15)}
        exchange(store, "G/TBT/N/EU/1", "extension_reply", "Granted until 15 March.", **said)
    send_reminders(settings, NIGHT)
    shown = (settings.outbox / "measures.en.ics").read_text(encoding="utf-8").replace("\r\n", "\n").replace("\n ", "")
    assert "2027-03-15" in shown and "2027-01-02" not in shown, shown
