"""Personal data never gets past ingest: planted in columns, narratives, free fields and slipped cells, it is in no file but the raw one."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import duckdb
import pytest
from ingest_files import Drop, as_csv, complaint, inspection

from riskwarn.ingest.session import Session
from riskwarn.settings import Settings

PERSON = {
    "投诉人": "王小明",
    "联系电话": "13812345678",
    "身份证号": "11010519491231002X",
    "银行卡号": "6222021234567890123",
    "联系地址": "北京市朝阳区建国路88号5号楼1201室",
    "邮箱": "xiaoming.wang@example.com",
    "微信号": "wxid_secret88",
}

PLANTED = {
    "我叫李雷，电话13912345678，请回电。": ["李雷", "13912345678"],
    "联系人：韩梅梅 手机 139-1234-5678": ["韩梅梅", "139-1234-5678", "5678"],
    "投诉人张伟反映水壶漏电，号码是１３９１２３４５６７８": ["张伟", "１３９", "13912345678"],
    "请联系 139 1234 5678 或者 +86 13812340000": ["1234 5678", "13812340000"],
    "电话 1 3 9 1 2 3 4 5 6 7 8": ["1 3 9 1 2", "6 7 8"],
    "座机010-87654321转803，传真(021)65432109": ["87654321", "65432109"],
    "身份证110105194912310022，旧证110105491231002": ["110105194912310022", "110105491231002"],
    "身份证号：110105 19491231 002X": ["19491231", "002X"],
    "退款到6222 0212 3456 7890 123工商银行": ["6222", "7890"],
    "卡号6222-0212-3456-7890": ["6222", "7890"],
    "邮箱li.lei@example.com.cn，QQ：12345678，微信号 lilei_2020": ["li.lei", "12345678", "lilei_2020"],
    "加VX:abc_12345联系": ["abc_12345"],
    "家住幸福小区3栋2单元501室，门口充电时爆炸": ["幸福小区", "501室"],
    "地址：上海市浦东新区世纪大道100号环球中心20楼": ["世纪大道", "100号", "20楼"],
    "收货人欧阳娜娜女士签收": ["欧阳娜娜"],
    "王女士购买的玩具掉漆": ["王女士"],
    "姓名 阿依古丽·买买提": ["阿依古丽", "买买提"],
    "护照号 E12345678": ["E12345678"],
    "My name is John Smith, mail john@example.org": ["John Smith", "john@example.org"],
}


def everything_after_ingest(home: Path) -> str:
    """All text in lake/ but the raw files, and all else that ingest left in home/ but landing/."""
    parts: list[str] = []
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home).parts
        if not path.is_file() or inside[0] == "landing" or inside[:2] == ("lake", "raw"):
            continue
        if path.suffix == ".parquet":
            rows = duckdb.connect().execute("select to_json(t)::varchar from read_parquet($1) as t", [str(path)]).fetchall()
            parts.extend(row[0] for row in rows)
        else:
            parts.append(path.read_text(encoding="utf-8", errors="replace"))
    # Names of deliveries are hashes: any three or four digits stand in one of them some day.
    return re.sub(r"(?=[0-9]*[a-f])[0-9a-f]{12,}", "#", "\n".join(parts))


def test_personal_columns_are_dropped_and_their_values_masked_in_the_text(settings: Settings) -> None:
    drop = Drop(settings, "consumer_complaints")
    drop.take_one("a.csv", as_csv([complaint(narrative="本人是王小明的邻居，水壶漏电", seller="某店13812345678", **PERSON)]))
    left = everything_after_ingest(settings.home)
    assert "水壶漏电" in left
    assert [value for value in PERSON.values() if value in left] == []


@pytest.mark.parametrize("column", ["narrative", "issue", "product_name", "seller", "brand", "region"])
def test_narratives_and_free_fields_are_masked(settings: Settings, column: str) -> None:
    drop = Drop(settings, "consumer_complaints")
    drop.take_one("a.csv", as_csv([complaint(n, **{column: text}) for n, text in enumerate(PLANTED)]))
    left = everything_after_ingest(settings.home)
    assert [piece for pieces in PLANTED.values() for piece in pieces if piece in left] == []


def test_rows_that_are_set_aside_are_masked_too(settings: Settings) -> None:
    """Slipped cells: the telephone number stands in the HS column, the identity number in the date, the card in the key."""
    drop = Drop(settings, "consumer_complaints")
    drop.take_one("a.csv", as_csv([complaint(1, hs_code="13812345678", received_on="11010519491231002X", narrative="我叫李雷", **PERSON)]))
    lots = Drop(settings)
    lots.take_one("b.csv", as_csv([inspection(1, hs_code="13812345678", result="a.b@example.com", 联系人="李雷")]))
    left = everything_after_ingest(settings.home)
    assert "hs_impossible" in left
    assert [value for value in (*PERSON.values(), "李雷", "a.b@example.com") if value in left] == []


def test_unreadable_rows_leave_no_text(settings: Settings) -> None:
    drop = Drop(settings, "consumer_complaints")
    content = as_csv([complaint(1, 投诉人="王小明"), complaint(2)]).replace("王小明".encode(), "王小明,13812345678".encode())
    assert drop.take_one("a.csv", content).quarantined == 1
    left = everything_after_ingest(settings.home)
    assert "unreadable_row" in left and "王小明" not in left and "13812345678" not in left


def test_what_is_said_of_the_goods_survives(settings: Settings) -> None:
    """Masking must not eat what the warning is about."""
    kept = {
        "2026年11月2日购买的电热水壶使用3天后漏电，客服称可退货": "漏电",
        "型号HX-2080，功率1800W，批号20260815，充电时起火": "型号HX-2080，功率1800W，批号20260815，充电时起火",
        "投诉人反映该商品存在安全隐患": "投诉人反映该商品存在安全隐患",
        "进口奶粉条码6901028075862含异物": "6901028075862含异物",
        "购买于2026-11-02，退货于2026-11-05，价格1299.00元": "2026-11-02，退货于2026-11-05，价格1299.00元",
    }
    drop = Drop(settings, "consumer_complaints")
    delivery = drop.take_one("a.csv", as_csv([complaint(n, narrative=text) for n, text in enumerate(kept)]))
    for row, piece in zip(drop.rows(delivery), kept.values(), strict=True):
        assert piece.replace("，", ",") in row["narrative"].replace("，", ",")


def test_raw_bytes_are_for_the_owner_only(settings: Settings) -> None:
    drop = Drop(settings, "consumer_complaints")
    drop.take_one("a.csv", as_csv([complaint(1, **PERSON)]))
    (raw,) = (settings.lake / "raw" / "consumer_complaints").iterdir()
    assert raw.read_bytes() == (drop.folder / "a.csv").read_bytes()
    assert stat.S_IMODE(raw.stat().st_mode) == 0o600


def test_masking_takes_no_time_that_an_attacker_could_stretch(settings: Settings) -> None:
    """Long runs of what the patterns look for: a linear-time engine answers at once."""
    hostile = ["1" * 50_000, "1 " * 30_000, "王" * 50_000, "a@" * 30_000, "号" * 50_000, "路1号" * 20_000]
    with Session(settings) as session:
        con = session.connection()
        for text in hostile:
            con.execute("select mask_personal(clean_text($1))", [text]).fetchall()
