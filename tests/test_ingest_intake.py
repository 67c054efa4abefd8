"""take_in: which files make deliveries, what counts as a duplicate, what a crash leaves, when a row is known."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ingest_files import TODAY, Drop, Row, as_csv, inspection

from riskwarn.ingest import records
from riskwarn.ingest.landing import delivered_on, look_at
from riskwarn.ingest.typed import prepare
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings
from riskwarn.sql import Connection


@pytest.fixture
def drop(settings: Settings) -> Drop:
    return Drop(settings)


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_file_is_taken_once(drop: Drop) -> None:
    drop.put("a.csv", as_csv([inspection(1)]))
    (first,) = drop.take()
    before = files_below(drop.settings.lake)
    assert drop.take() == []
    os.utime(drop.folder / "a.csv")  # touched: hashed again, and found to be the same
    assert drop.take() == []
    assert {name: data for name, data in files_below(drop.settings.lake).items() if "landing_seen" not in name} == {
        name: data for name, data in before.items() if "landing_seen" not in name
    }
    assert records.read_all(drop.lake, "port_inspections") == [first]


def test_the_same_bytes_under_another_name_are_all_duplicates(drop: Drop) -> None:
    content = as_csv([inspection(1), inspection(2)])
    first = drop.take_one("a.csv", content)
    again = drop.take_one("b.csv", content)
    assert (again.verdict, again.read, again.duplicates, again.accepted) == ("ok", 2, 2, 0)
    assert [issue.code for issue in again.issues] == ["same_content"]
    assert again.delivery_id == f"{first.delivery_id}-2"


def test_a_file_replaced_under_its_own_name_is_a_new_delivery(drop: Drop) -> None:
    drop.take_one("a.csv", as_csv([inspection(1)]))
    again = drop.take_one("a.csv", as_csv([inspection(1), inspection(2)]))
    assert (again.read, again.duplicates, again.accepted) == (2, 1, 1)


@pytest.mark.parametrize("is_checked", [True, False])
def test_a_file_sent_again_with_one_row_corrected(drop: Drop, is_checked: bool) -> None:
    rows = [inspection(n) for n in range(1, 6)]
    first = drop.take_one("a.csv", as_csv(rows))
    if is_checked:
        drop.accept(first)
    rows[2] = inspection(3, result="fail")
    second = drop.take_one("b.csv", as_csv(rows), TODAY + timedelta(days=1))
    assert (second.read, second.accepted, second.duplicates) == (5, 1, 4)
    assert [row["inspection_id"] for row in drop.rows(second) if not row["is_duplicate"]] == ["CIQ000003"]


def test_a_correction_taken_back_is_a_new_version(drop: Drop) -> None:
    """pass, fail, pass: the third says something else than the newest on record, so it counts; said again, it does not."""
    counts = []
    for day, result in enumerate(("pass", "fail", "pass", "pass")):
        rows = [inspection(1, result=result), inspection(100 + day)]
        delivery = drop.take_one(f"{day}.csv", as_csv(rows), TODAY + timedelta(days=day))
        drop.accept(delivery)
        counts.append((delivery.accepted, delivery.duplicates))
    assert counts == [(2, 0), (2, 0), (2, 0), (1, 1)]


def test_within_one_file(drop: Drop) -> None:
    rows = [
        inspection(1),
        inspection(2),
        inspection(1),
        inspection(2, result="fail"),
        inspection(3, inspection_id=" "),
        inspection(3, inspection_id=" "),
    ]
    delivery = drop.take_one("a.csv", as_csv(rows))
    assert (delivery.read, delivery.accepted, delivery.duplicates, delivery.quarantined) == (6, 3, 1, 2)
    found = drop.rows(delivery)
    assert [row["is_duplicate"] for row in found] == [False, False, True, False, False, False]
    assert ["key_repeated" in row["flags"] for row in found] == [False, True, False, True, False, False]


def test_hidden_unfinished_and_linked_files_are_not_ours(drop: Drop, tmp_path: Path) -> None:
    content = as_csv([inspection(1)])
    for name in (".hidden.csv", "a.csv.part", "b.csv.PART", "c.tmp"):
        drop.put(name, content)
    outside = tmp_path / "outside.csv"
    outside.write_bytes(content)
    (drop.folder / "link.csv").symlink_to(outside)
    (drop.folder / "folder.csv").mkdir()
    os.mkfifo(drop.folder / "pipe.csv")
    assert drop.take() == []


def test_unknown_columns_are_reported_and_the_file_goes_on(drop: Drop) -> None:
    delivery = drop.take_one("a.csv", as_csv([inspection(1, 天气="晴", mood="ok", 姓名="张三", 备注="x")]))
    assert (delivery.verdict, delivery.accepted) == ("ok", 1)
    assert [(issue.code, issue.detail) for issue in delivery.issues] == [
        ("unknown_column", "a.csv: 天气"),
        ("unknown_column", "a.csv: mood"),
    ]


def test_headings_and_no_rows(drop: Drop) -> None:
    delivery = drop.take_one("a.csv", as_csv([inspection(1)]).splitlines()[0] + b"\r\n")
    assert (delivery.read, [issue.code for issue in delivery.issues]) == (0, ["no_rows"])


def test_delivered_on(drop: Drop) -> None:
    landed = look_at(drop.put("a.csv", b"x", date(2026, 11, 10)))
    assert landed is not None
    assert delivered_on(landed, TODAY, None) == date(2026, 11, 10)
    assert delivered_on(landed, date(2026, 11, 1), None) == date(2026, 11, 1), "a time stamp in the future is not believed"
    assert delivered_on(landed, TODAY, date(2026, 11, 15)) == date(2026, 11, 15), "no judged night is rewritten"


def test_the_day_of_a_file_is_the_day_in_china(drop: Drop) -> None:
    path = drop.put("a.csv", as_csv([inspection(1)]))
    os.utime(path, (1_763_656_200, 1_763_656_200))  # 2025-11-20T16:30Z, half past midnight on the 21st in Shanghai
    (delivery,) = drop.take()
    assert delivery.delivered_on == date(2025, 11, 21)


def test_when_a_row_is_known(drop: Drop) -> None:
    rows = [inspection(1, received_on="2026-11-01"), inspection(2, received_on=None, resulted_on="2026-11-05"), inspection(3)]
    drop.put("a.csv", as_csv(rows))
    (nightly,) = drop.take(night=TODAY)
    assert [row["known_on"] for row in drop.rows(nightly)] == [TODAY] * 3
    assert [row["received_on"].day for row in drop.rows(nightly)] == [1, 5, 2]
    other = Drop(Settings(home=drop.settings.home / "history"))
    other.put("a.csv", as_csv(rows))
    (history,) = other.take(history=True)
    assert [row["known_on"] for row in other.rows(history)] == [date(2026, 11, 1), date(2026, 11, 5), date(2026, 11, 2)]
    assert (history.is_history, history.night, nightly.night) == (True, None, TODAY)


def test_history_may_hold_dates_up_to_today(drop: Drop) -> None:
    drop.put("a.csv", as_csv([inspection(1, sampled_on="2026-11-20")]), date(2026, 11, 10))
    (delivery,) = drop.take(history=True)
    assert delivery.accepted == 1


def test_a_record_survives_its_file(drop: Drop) -> None:
    delivery = drop.take_one("a.csv", as_csv([inspection(1, result="?"), inspection(2, 天气="晴")]))
    assert records.from_json(records.to_json(delivery)) == delivery
    assert records.read_all(drop.lake, "port_inspections") == [delivery]


@contextmanager
def crashing(monkeypatch: pytest.MonkeyPatch, table: str) -> Iterator[None]:
    """A disk that is full when a partition of ``table`` is to be written."""
    whole = Lake.write

    def write(self: Lake, name: str, *rest: object, **more: object) -> object:
        if name == table:
            raise OSError(28, "No space left on device")
        return whole(self, name, *rest, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "write", write)
        yield


@pytest.mark.parametrize("table", ["raw", "typed", "deliveries"])
def test_after_a_crash_the_file_is_taken_again_and_all_is_equal(drop: Drop, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    rows = [inspection(1), inspection(2, result="?"), inspection(1)]
    undisturbed = Drop(Settings(home=drop.settings.home / "undisturbed"))
    expected = undisturbed.take_one("a.csv", as_csv(rows))
    drop.put("a.csv", as_csv(rows))
    with crashing(monkeypatch, table), pytest.raises(OSError, match="No space"):
        drop.take()
    assert records.read_all(drop.lake, "port_inspections") == []
    assert drop.take() == [expected]
    lakes = [files_below(d.settings.lake) for d in (drop, undisturbed)]
    assert {name: data for name, data in lakes[0].items() if "seen" not in name} == {
        name: data for name, data in lakes[1].items() if "seen" not in name
    }


def test_a_file_for_which_memory_does_not_suffice_does_not_stop_the_others(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.csv", as_csv([inspection(1)]))
    drop.put("b.csv", as_csv([inspection(2)]))

    def starve(con: Connection, *rest: object, **more: object) -> None:
        monkeypatch.setattr("riskwarn.ingest.typing_desk.prepare", prepare)
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")

    monkeypatch.setattr("riskwarn.ingest.typing_desk.prepare", starve)
    with pytest.raises(duckdb.OutOfMemoryException) as caught:
        drop.take()
    assert "a.csv stays in landing" in caught.value.__notes__[0]
    assert [d.file_name for d in records.read_all(drop.lake, "port_inspections")] == ["b.csv"]
    assert [d.file_name for d in drop.take()] == ["a.csv"]


def test_partitions_without_a_record_are_swept(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.csv", as_csv([inspection(1)]))
    with crashing(monkeypatch, "deliveries"), pytest.raises(OSError, match="No space"):
        drop.take()
    (drop.folder / "a.csv").unlink()
    assert drop.take() == []
    assert [name for name in files_below(drop.settings.lake) if not name.endswith(".json")] == []


def test_rows_numbered_afterwards_are_those_numbered_by_duckdb(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large files are numbered in Python by their position: their rows must come in order, around rejected ones."""
    rows = [inspection(n, origin_country=("越南", "US", "火星", "Germany (DE)")[n % 4]) for n in range(1, 1001)]
    lines = as_csv([*rows, rows[6], {**rows[7], "result": "fail"}]).split(b"\r\n")
    for at in (1, 2, 500, 1000):
        lines[at] = lines[at].replace(b",", b";", 2)
    content = b"\r\n".join(lines)
    numbered = drop.rows(drop.take_one("a.csv", content))
    monkeypatch.setattr("riskwarn.ingest.typing_desk.NUMBER_AFTERWARDS_BYTES", 1)
    other = Drop(Settings(home=drop.settings.home / "large"))
    afterwards = other.rows(other.take_one("a.csv", content))
    assert afterwards == numbered
    assert [row["row_no"] for row in numbered] == list(range(2, 1004))
    assert all(row["inspection_id"] in (None, f"CIQ{row['row_no'] - 1:06}") for row in numbered[:1000])
    assert [row["row_no"] for row in numbered if row["inspection_id"] is None] == [2, 3, 501, 1001]
    assert [row["row_no"] for row in numbered if row["is_duplicate"]] == [1002]


SMALL_ROWS = st.lists(
    st.builds(
        inspection,
        st.integers(1, 4),
        result=st.sampled_from(["pass", "fail", "?", ""]),
        sampled_on=st.sampled_from(["2026-11-01", "2026-11-02", "2027-01-01", "x"]),
        inspection_id=st.sampled_from(["A", "B", "Ｃ", " "]),
    ),
    min_size=1,
    max_size=8,
)


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SMALL_ROWS, min_size=1, max_size=3), st.booleans())
def test_counts_always_add_up_and_nothing_counts_twice(deliveries: list[list[Row]], is_checked: bool) -> None:
    with tempfile.TemporaryDirectory() as home:
        drop = Drop(Settings(home=Path(home)))
        taken: list[Delivery] = []
        for number, rows in enumerate(deliveries):
            delivery = drop.take_one(f"{number}.csv", as_csv(rows), TODAY + timedelta(days=number))
            assert delivery.read == len(rows)
            assert delivery.read == delivery.accepted + delivery.quarantined + delivery.duplicates
            taken.append(delivery)
            if is_checked and delivery.state == "ingested":
                drop.accept(delivery)
        newest: dict[str, tuple[str, str]] = {}
        for delivery in taken:
            if any(issue.code == "same_content" for issue in delivery.issues):
                continue
            standing = dict(newest)
            seen: set[tuple[str, str, str]] = set()
            for row in drop.rows(delivery):
                if row["reasons"]:
                    assert not row["is_duplicate"]
                    continue
                content = (row["result"], str(row["sampled_on"]))
                is_known = standing.get(row["inspection_id"]) == content or (row["inspection_id"], *content) in seen
                assert row["is_duplicate"] == is_known
                seen.add((row["inspection_id"], *content))
                if not is_known:
                    newest[row["inspection_id"]] = content
