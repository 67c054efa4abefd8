"""The demo's landing files: the same bytes for a seed, in the shapes real deliveries have, with what is wrong with them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest

from riskwarn.demo.country import END, uscc_check
from riskwarn.demo.deliveries import Drop, deliveries, drop, last_nights, periods, replay_mondays
from riskwarn.demo.dirt import FATES, wrong_check
from riskwarn.demo.formats import xlsx_bytes
from riskwarn.demo.generate import Facts, generate
from riskwarn.settings import TIMEZONE

SEED = 3


@pytest.fixture(scope="module")
def facts() -> Facts:
    return generate(SEED)


@pytest.fixture(scope="module")
def drops(facts: Facts) -> list[Drop]:
    return deliveries(facts)


def planted(drops: list[Drop]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in drops:
        for dirt in one.dirt:
            found[dirt.kind] = found.get(dirt.kind, 0) + dirt.rows
    return found


def test_calendar_of_the_replay() -> None:
    mondays, nights = replay_mondays(END), last_nights(END)
    assert mondays[0] == date(2026, 10, 19) and mondays[-1] == date(2026, 11, 9) and len(mondays) == 4
    assert nights == tuple(date(2026, 11, day) for day in range(16, 23))
    plan = periods(END)
    assert plan[0].kind == "history" and plan[0].last == date(2026, 10, 11)
    assert [p.last for p in plan if p.kind == "daily"] == [date(2026, 11, day) for day in range(16, 22)]


def test_country_and_files_are_identical_for_a_seed(tmp_path: Path, facts: Facts, drops: list[Drop]) -> None:
    def digests(folder: Path, some: list[Drop]) -> dict[str, str]:
        return {one.name: hashlib.sha256(drop(folder, one).read_bytes()).hexdigest() for one in some}

    same = generate(SEED)
    for name in ("lots", "findings", "declared", "complaints", "enterprise_reports", "notifications", "recalls"):
        pd.testing.assert_frame_equal(getattr(facts, name), getattr(same, name))
    again = deliveries(same)
    recent = slice(-60, None)
    assert digests(tmp_path / "a", drops[recent]) == digests(tmp_path / "b", again[recent])


def test_a_file_carries_the_time_of_its_delivery(tmp_path: Path, drops: list[Drop]) -> None:
    one = drops[-1]
    stamp = datetime.fromtimestamp(drop(tmp_path, one).stat().st_mtime, TIMEZONE)
    assert stamp.date() == one.delivered_on and stamp.hour == 20


def test_no_two_files_of_a_source_share_a_name(drops: list[Drop]) -> None:
    names = [(one.source, one.name) for one in drops]
    assert len(set(names)) == len(names)


def test_every_shape_is_there(drops: list[Drop]) -> None:
    assert {one.shape for one in drops} == {"gb18030", "utf-8", "utf-8-bom", "csv.gz", "xlsx", "jsonl", "parquet"}
    assert {one.source for one in drops} == {
        "port_inspections", "inspection_findings", "declared_lots", "consumer_complaints", "enterprise_reports", "foreign_alerts",
        "wto_notifications", "exporter_profiles",
    }  # fmt: skip


def test_shapes_read_back(tmp_path: Path, drops: list[Drop]) -> None:
    gb = next(one for one in drops if one.shape == "gb18030" and not one.is_history)
    assert len(pd.read_csv(drop(tmp_path, gb), encoding="gb18030", dtype=str)) == len(gb.frame)
    bom = next(one for one in drops if one.shape == "utf-8-bom" and not one.is_history)
    assert drop(tmp_path, bom).read_bytes().startswith(b"\xef\xbb\xbf")
    packed = next(one for one in drops if one.shape == "csv.gz")
    assert gzip.decompress(drop(tmp_path, packed).read_bytes()).decode().startswith("查验单号")
    lines = next(one for one in drops if one.shape == "jsonl")
    assert {"event_id", "report_date"} <= set(json.loads(drop(tmp_path, lines).read_text(encoding="utf-8").splitlines()[0]))


def test_workbooks_hold_text_numbers_and_markup(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_bytes(pd.DataFrame({"编号": ["001", "<&>"], "数": [46347, 1.5]})))
    read = pd.read_excel(path, dtype={"编号": str}, engine="calamine")
    assert read["编号"].tolist() == ["001", "<&>"] and read["数"].tolist() == [46347, 1.5]


def test_dirt_is_really_there(drops: list[Drop]) -> None:
    kinds = planted([one for one in drops if "更正" not in one.name])
    assert set(kinds) | {"sent_again"} == set(FATES) and min(kinds.values()) > 0
    ports = pd.concat([one.frame.astype(str) for one in drops if one.source == "port_inspections" and "更正" not in one.name])
    digits = ports["商品编号"]
    plain = digits.map(lambda code: "".join(char for char in unicodedata.normalize("NFKC", code) if char.isdigit()))
    assert (plain == "9999000000").sum() == kinds["impossible_hs"]
    assert (ports["原产国(地区)"] == "亚特兰蒂斯").sum() == kinds["unknown_country"]
    codes = ports["统一社会信用代码"]
    assert sum(uscc_check(code[:17]) != code[17] for code in codes) == kinds["uscc_check"]
    assert (digits.str.len() == 9).sum() > 100 and digits.str.contains("０").sum() > 100 and digits.str.contains(r"\.").sum() > 100


def test_future_dates_lie_after_delivery(drops: list[Drop]) -> None:
    one = next(d for d in drops if d.source == "consumer_complaints" and d.shape == "utf-8-bom" and not d.is_history)
    days = one.frame["登记日期"].map(lambda text: date(*map(int, re.findall(r"\d+", text))))
    assert (days > one.delivered_on).sum() == next(d.rows for d in one.dirt if d.kind == "future_date")


def test_resent_and_repeated_files(drops: list[Drop]) -> None:
    by_name = {one.name: one for one in drops}
    again = next(one for one in drops if one.name.startswith("更正_"))
    first = by_name[again.name.removeprefix("更正_")]
    assert again.delivered_on > first.delivered_on
    assert (again.frame.astype(str) != first.frame.astype(str)).any(axis=1).sum() == 1
    twice = next(one for one in drops if one.name.startswith("副本_"))
    pd.testing.assert_frame_equal(twice.frame, by_name[twice.name.removeprefix("副本_")].frame)


def test_a_lot_is_pending_then_resulted_and_late_corrections_come_late(drops: list[Drop], facts: Facts) -> None:
    weekly = pd.concat(
        [one.frame.assign(delivered=one.delivered_on) for one in drops if one.source == "port_inspections" and not one.is_history]
    )
    pending = weekly[weekly["检验结果"] == "待出结果"]
    later = weekly[weekly["检验结果"].isin(["合格", "不合格"]) & weekly["查验单号"].isin(pending["查验单号"])]
    assert len(pending) > 1000 and len(later) > 0.8 * len(pending)
    wrong = facts.lots[facts.lots["corrected_on"].notna() & (facts.lots["corrected_on"] <= facts.world.days[-1])]
    history = weekly[weekly["查验单号"].isin(wrong["inspection_id"])].sort_values("delivered").groupby("查验单号")["检验结果"].agg(list)
    # Repeats come from the file that is sent again; lots without a "pass" here had passed before the replay.
    courses = [[result for result, _ in groupby(results)] for results in history if "合格" in results]
    assert len(courses) >= 3 and all(course[-2:] == ["合格", "不合格"] for course in courses)


def test_complaints_lack_what_real_ones_lack_and_tell_what_they_should_not(drops: list[Drop], facts: Facts) -> None:
    complaints = pd.concat([one.frame for one in drops if one.source == "consumer_complaints"])
    for heading, share in (("商品编号", 0.2), ("原产国(地区)", 0.1)):
        assert (complaints[heading] == "").mean() > share
    assert ((complaints["伤害程度"] == "") & (complaints["受伤人数"] != "0")).sum() > 20
    text = facts.complaints["narrative"]
    for pattern in (r"1[3-9]\d{9}", r"\d{17}[\dX]", r"622\d{16}", "号\\d+栋", "@example", "１[０-９]{10}", r"1\d{2}-\d{4}-\d{4}"):
        assert text.str.contains(pattern).sum() > 50, pattern
    named = [name in text for name, text in zip(facts.complaints["complainant"], text, strict=True)]
    assert sum(named) > 1000


def test_wrong_check_is_wrong() -> None:
    assert wrong_check("91350100M000100Y43") != "91350100M000100Y43"
