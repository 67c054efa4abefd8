"""Formats: the same rows in every format and encoding become the same typed rows; a file that cannot be read says why."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from ingest_files import TODAY, Drop, as_csv, as_json, as_jsonl, as_parquet, as_xlsx, inspection, zipped

from riskwarn.settings import Settings

ROWS = [
    inspection(1, origin_country="越南", quantity="1,200.5", quantity_unit="千克"),
    inspection(2, result="fail", sampled_on="2026/11/3", product_name='带引号"和,逗号的\n两行名称'),
    inspection(3, direction="出口", origin_country="中国", hs_code="0901.21.00.00", sampled_on="2026年11月4日"),
]
VALUES = ("inspection_id", "direction", "hs_code", "origin_country", "result", "sampled_on", "product_name", "quantity", "flags", "reasons")

FORMATS: dict[str, Callable[[], bytes]] = {
    "utf8.csv": lambda: as_csv(ROWS),
    "bom.csv": lambda: as_csv(ROWS, encoding="utf-8-sig"),
    "gb18030.csv": lambda: as_csv(ROWS, encoding="gb18030"),
    "semicolon.csv": lambda: as_csv(ROWS, delimiter=";"),
    "tab.txt": lambda: as_csv(ROWS, delimiter="\t"),
    "pipe.csv": lambda: as_csv(ROWS, delimiter="|", line_end="\n"),
    "rows.json": lambda: as_json(ROWS),
    "document.json": lambda: b'{"total": 3, "data": ' + as_json(ROWS) + b"}",
    "rows.jsonl": lambda: as_jsonl(ROWS),
    "gb.jsonl": lambda: as_jsonl(ROWS).decode().encode("gb18030"),
    "rows.xlsx": lambda: as_xlsx(ROWS),
    "title.xlsx": lambda: as_xlsx(ROWS, title="2026年11月口岸检验登记表"),
    "rows.parquet": lambda: as_parquet(ROWS),
    "rows.csv.gz": lambda: zipped(as_csv(ROWS, encoding="gb18030")),
    "rows.xlsx.gz": lambda: zipped(as_xlsx(ROWS)),
    "rows.jsonl.gz": lambda: zipped(as_jsonl(ROWS)),
    "无后缀": lambda: as_csv(ROWS),
}


@pytest.fixture
def drop(settings: Settings) -> Drop:
    return Drop(settings)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_rows(drop: Drop, name: str) -> None:
    delivery = drop.take_one(name, FORMATS[name]())
    assert (delivery.verdict, delivery.read, delivery.accepted, delivery.issues) == ("ok", 3, 3, ())
    rows = [tuple(row[column] for column in VALUES) for row in drop.rows(delivery)]
    reference = Drop(Settings(home=drop.settings.home / "reference"))
    expected = [tuple(row[column] for column in VALUES) for row in reference.rows(reference.take_one("a.csv", as_csv(ROWS)))]
    assert rows == expected
    assert rows[0][3:8] == ("VN", "pass", TODAY.replace(day=2), "烘焙咖啡", 1200.5)
    assert rows[2][1:4] == ("export", "0901210000", "CN")


def test_row_numbers_are_those_a_person_sees(drop: Drop) -> None:
    assert [row["row_no"] for row in drop.rows(drop.take_one("a.csv", as_csv(ROWS)))] == [2, 3, 4]
    assert [row["row_no"] for row in drop.rows(drop.take_one("b.xlsx", as_xlsx(ROWS, title="登记表")))] == [3, 4, 5]
    assert [row["row_no"] for row in drop.rows(drop.take_one("c.jsonl", as_jsonl(ROWS)))] == [1, 2, 3]


def test_a_name_that_promises_another_format_gets_the_file_refused(drop: Drop) -> None:
    delivery = drop.take_one("rows.csv", as_xlsx(ROWS))
    assert (delivery.verdict, delivery.accepted) == ("quarantined", 0)
    assert [issue.code for issue in delivery.issues] == ["wrong_extension"]
    assert "rows.csv" in delivery.issues[0].detail and "xlsx" in delivery.issues[0].detail


def test_a_name_that_promises_nothing_is_read_by_content(drop: Drop) -> None:
    assert drop.take_one("rows.xlsx.part2", as_xlsx(ROWS)).accepted == 3
    assert drop.take_one("登记表", as_csv(ROWS[:1])).duplicates == 1


def test_dates_of_a_spreadsheet_are_dates_and_serials(drop: Drop) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["查验单号", "进出口", "商品编号", "原产国（地区）", "检验结果", "取样日期", "监管方式"])
    sheet.append(["A1", "进口", 901210000, "美国", "合格", TODAY, 110])
    sheet.append(["A2", "进口", 90121, "美国", "合格", 46328, 110.0])
    out = io.BytesIO()
    book.save(out)
    rows = drop.rows(drop.take_one("a.xlsx", out.getvalue()))
    assert [row["sampled_on"].isoformat() for row in rows] == ["2026-11-21", "2026-11-02"]
    assert [row["hs_code"] for row in rows] == ["0901210000", "090121"]
    assert [row["trade_mode"] for row in rows] == ["0110", "0110"]


def test_the_sheet_that_fits_is_taken_and_the_others_are_named(drop: Drop) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROWS)))
    book.create_sheet("说明", 0).append(["本表由系统导出"])
    out = io.BytesIO()
    book.save(out)
    delivery = drop.take_one("a.xlsx", out.getvalue())
    assert delivery.accepted == 3
    assert [issue.code for issue in delivery.issues] == ["sheets_not_taken"] and "说明" in delivery.issues[0].detail


def _protected_xlsx() -> bytes:
    """The outside of an encrypted workbook: an OLE container whose directory names the encrypted package."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4096


def _bomb_xlsx(claimed: bool) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (3 << 20))
    content = out.getvalue()
    if claimed:
        return content
    size = (3 << 20).to_bytes(4, "little")
    assert content.count(size) == 2
    return content.replace(size, (100).to_bytes(4, "little"))


def _bent_parquet() -> bytes:
    content = bytearray(as_parquet([inspection(n) for n in range(3000)]))
    content[100:600] = os.urandom(500)
    return bytes(content)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.csv": (lambda: b"", "empty"),
    "blank.csv": (lambda: b"\r\n  \r\n", "empty"),
    "cut.csv.gz": (lambda: zipped(as_csv(ROWS * 500))[:-40], "truncated"),
    "bent.csv.gz": (lambda: zipped(as_csv(ROWS))[:-8] + bytes(8), "damaged"),
    "twice.csv.gz": (lambda: zipped(zipped(as_csv(ROWS))), "format_unknown"),
    "undecodable.csv": (lambda: as_csv(ROWS) + b"CIQ9,import,0901210000,VN,pass,2026-11-02," + b"\xff\xff\xfe\r\n", "undecodable"),
    "utf16.csv": (lambda: as_csv(ROWS).decode().encode("utf-16"), "undecodable"),
    "junk.csv": (lambda: bytes(range(256)) * 64, "format_unknown"),
    "picture.csv": (lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(4096), "format_unknown"),
    "protected.xlsx": (_protected_xlsx, "password_protected"),
    "bomb.xlsx": (lambda: _bomb_xlsx(claimed=True), "too_large"),
    "liar.xlsx": (lambda: _bomb_xlsx(claimed=False), "damaged"),
    "cut.xlsx": (lambda: as_xlsx(ROWS)[:-200], "truncated"),
    "other.zip": (lambda: _zip("readme.txt"), "format_unknown"),
    "bomb.csv.gz": (lambda: zipped(b"a,b\n" + b"0" * (3 << 20)), "too_large"),
    "large.csv": (lambda: b"0,0\n" * (1 << 20), "too_large"),
    "cut.json": (lambda: as_json(ROWS)[:-30], "truncated"),
    "cut.parquet": (lambda: as_parquet(ROWS)[:-30], "damaged"),
    "bent.parquet": (_bent_parquet, "damaged"),
    "no_columns.csv": (lambda: b"a,b\n1,2\n", "column_missing"),
    "twice.csv": (lambda: as_csv([{**inspection(1), "查验单号": "B1"}]), "column_twice"),
}


def _zip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_taken_says_why_and_the_others_go_on(tmp_path: Path, name: str) -> None:
    drop = Drop(Settings(home=tmp_path, max_file_mb=2))
    make, code = REFUSED[name]
    drop.put(name, make())
    drop.put("zz_good.csv", as_csv(ROWS))
    refused, good = drop.take()
    assert (refused.verdict, [issue.code for issue in refused.issues]) == ("quarantined", [code])
    assert name in refused.issues[0].detail
    assert (refused.read, refused.accepted, refused.quarantined, refused.duplicates) == (0, 0, 0, 0)
    assert not drop.lake.path("typed", f"port_inspections/{refused.delivery_id}").exists()
    assert (good.verdict, good.accepted) == ("ok", 3)
    assert drop.take() == []


def test_a_missing_column_is_named(drop: Drop) -> None:
    rows = [{name: value for name, value in inspection(1).items() if name not in ("result", "hs_code")}]
    (issue,) = drop.take_one("无结果.csv", as_csv(rows)).issues
    assert issue.code == "column_missing"
    assert all(word in issue.detail for word in ("无结果.csv", "result", "hs_code", "port_inspections"))


def test_a_line_without_end_is_refused_within_bounds(drop: Drop) -> None:
    """A file of one line must not be read into memory; 40 MB stand for the gigabyte."""
    delivery = drop.take_one("line.csv", b"x" * (40 << 20))
    assert [issue.code for issue in delivery.issues] == ["line_too_long"]
    head = as_csv(ROWS)
    delivery = drop.take_one("later.csv", head + b"x" * (40 << 20))
    assert [issue.code for issue in delivery.issues] == ["line_too_long"]
    delivery = drop.take_one("line.jsonl", as_jsonl(ROWS) + b'{"a": "' + b"x" * (40 << 20) + b'"}\n')
    assert [issue.code for issue in delivery.issues] == ["line_too_long"]


def test_a_spreadsheet_as_wide_as_it_can_be_brings_nobody_down(drop: Drop) -> None:
    """Two cells in opposite corners: sixteen thousand columns, a million rows."""
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROWS)))
    sheet = book.active
    assert sheet is not None
    sheet.cell(row=1_048_576, column=16_384, value="x")
    out = io.BytesIO()
    book.save(out)
    delivery = drop.take_one("corner.xlsx", out.getvalue())
    assert delivery.verdict == "quarantined" and delivery.issues[0].code in ("damaged", "too_wide")


def test_unreadable_rows_are_set_aside_with_their_line(drop: Drop) -> None:
    lines = as_csv([inspection(n) for n in range(1, 7)]).split(b"\r\n")
    lines[2] = b"CIQ9,import"
    lines[5] = lines[5] + b",too,many"
    delivery = drop.take_one("a.csv", b"\r\n".join(lines))
    assert (delivery.read, delivery.accepted, delivery.quarantined) == (6, 4, 2)
    rows = drop.rows(delivery)
    assert [(row["row_no"], row["inspection_id"]) for row in rows] == [
        (2, "CIQ000001"), (3, None), (4, "CIQ000003"), (5, "CIQ000004"), (6, None), (7, "CIQ000006")
    ]  # fmt: skip
    assert rows[1]["reasons"] == ["unreadable_row: missing columns"] and rows[4]["reasons"] == ["unreadable_row: too many columns"]


def test_unreadable_json_lines_are_set_aside_with_their_line(drop: Drop) -> None:
    lines = as_jsonl([inspection(n) for n in range(1, 4)]).splitlines()
    lines[1:2] = [b'{"inspection_id": "CIQ', b"[1, 2]", b"[" * 100_000, b""]
    delivery = drop.take_one("a.jsonl", b"\n".join(lines))
    assert [(row["row_no"], len(row["reasons"])) for row in drop.rows(delivery)] == [(1, 0), (2, 1), (3, 1), (4, 1), (6, 0)]


def test_a_large_json_document_is_read_in_pieces(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskwarn.ingest.content.CHUNK", 7)
    delivery = drop.take_one("a.json", as_json([inspection(n) for n in range(1, 30)]))
    assert delivery.accepted == 29
