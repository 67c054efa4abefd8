"""Rows set aside, decided by people, taken by the next night: nothing is lost, doubled, or changed in a night that is over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from case_stores import hire
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ingest_files import TODAY, Drop, as_csv, inspection

from riskwarn import pipeline, warehouse
from riskwarn.cases import open_store
from riskwarn.cases.errors import CaseError, NotReady, OutsideUnit, RoleNeeded
from riskwarn.cases.row_decisions import Kind, SetAside, Wanted, content_hash, decide, decisions_of
from riskwarn.ingest import records
from riskwarn.ingest.decided import DecidedRow, already_taken, take_decided
from riskwarn.ingest.session import Session
from riskwarn.model import Delivery
from riskwarn.settings import TIMEZONE, Settings

NIGHT = TODAY + timedelta(days=1)
NEXT = NIGHT + timedelta(days=1)
BAD_DATE = inspection(3, sampled_on="2026-13-45")
NEGATIVE = inspection(4, quantity="-5", quantity_unit="kg")
LATE_RESULT = inspection(5, resulted_on="2026-10-01", received_on="2026-11-03")  # sampled after its result


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of which the night of NIGHT took in one file; copied by each test."""
    made = Drop(Settings(home=tmp_path_factory.mktemp("corrections") / "home"))
    made.put("lots.csv", as_csv([inspection(1), inspection(2), BAD_DATE, NEGATIVE, LATE_RESULT]))
    take(made, NIGHT)
    with open_store(made.settings) as store:
        hire(store)
    return made.settings.home


@pytest.fixture
def drop(taken: Path, tmp_path: Path) -> Drop:
    shutil.copytree(taken, tmp_path / "home")
    return Drop(Settings(home=tmp_path / "home"))


def take(drop: Drop, night: date) -> str:
    return pipeline.take_source(drop.settings, drop.source, night, today=night)


def judged(drop: Drop, night: date) -> None:
    drop.lake.write_json("nights", night.isoformat(), {"deliveries": []})


def aside(drop: Drop) -> dict[int, dict[str, Any]]:
    """The rows set aside of the newest delivery that has any, by number."""
    path = sorted((drop.lake.root / "quarantine" / drop.source).glob("*.parquet"), key=lambda p: p.stat().st_mtime_ns)[-1]
    found = duckdb.connect().execute("select delivery_id, file_name, row_no, reasons, row_json from read_parquet($1)", [str(path)])
    return {row[2]: dict(zip(("delivery_id", "file_name", "row_no", "reasons", "row_json"), row, strict=True)) for row in found.fetchall()}


def set_aside(drop: Drop, row: dict[str, Any], unit: str = "gacc", seen: str = "") -> SetAside:
    told = content_hash(row["reasons"], row["row_json"])
    return SetAside(drop.source, row["delivery_id"], row["file_name"], row["row_no"], told, unit, seen)


def say(drop: Drop, kind: Kind, rows: Sequence[Wanted], day: date = NIGHT, by: str = "hq_head", reason: str = "telephoned") -> int:
    at = datetime.combine(day, time(9), TIMEZONE)
    with open_store(drop.settings) as store, store.writing() as con:
        return decide(con, store.books.units, kind, rows, reason, by=by, at=at, night=day)


def correction(drop: Drop, row: dict[str, Any], cells: dict[str, str | None], **how: Any) -> Wanted:
    return Wanted(set_aside(drop, row, **how), drop.source, cells, ("sampled_on",))


def deliveries(drop: Drop) -> dict[str, Delivery]:
    return {d.file_name: d for d in records.read_all(drop.lake, drop.source)}


def accepted(drop: Drop, known_before: date) -> dict[str, tuple[Any, ...]]:
    """The newest version of each inspection that a night knows."""
    paths = [str(p) for p in (drop.lake.root / "accepted" / drop.source).glob("*.parquet")]
    query = """
        select inspection_id, sampled_on::text, quantity, delivery_id from read_parquet($1) where known_on < $2
        qualify row_number() over (partition by inspection_id order by known_on desc, delivered_on desc, delivery_id desc, row_no desc) = 1
    """
    return {row[0]: row[1:] for row in duckdb.connect().execute(query, [paths, known_before]).fetchall()}


def partitions(drop: Drop) -> dict[str, bytes]:
    return {str(p.relative_to(drop.lake.root)): p.read_bytes() for p in drop.lake.root.rglob("*") if p.is_file()}


def test_a_corrected_row_counts_from_the_next_night_on_and_the_original_stays_where_it_was(drop: Drop) -> None:
    before = partitions(drop)
    rows = aside(drop)
    assert set(rows) == {4, 5, 6}
    entry = say(drop, "correct", [correction(drop, rows[4], inspection(3))])
    judged(drop, NIGHT)
    take(drop, NEXT)
    (made,) = [d for d in deliveries(drop).values() if d.is_decided]
    assert (made.read, made.accepted, made.quarantined, made.duplicates, made.verdict) == (1, 1, 0, 0, "ok")
    assert made.night == NEXT
    assert not accepted(drop, NIGHT).get("CIQ000003")
    assert accepted(drop, NEXT)["CIQ000003"][0] == "2026-11-02"
    after = partitions(drop)
    kept = [name for name in before if name.split("/")[0] in ("raw", "typed", "accepted", "quarantine", "deliveries")]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    (lineage,) = drop.lake.read_json("decided", f"{drop.source}/{made.delivery_id}")
    assert (lineage["of_file_name"], lineage["of_row_no"], lineage["entry_id"]) == ("lots.csv", 4, entry)
    raw = drop.lake.path("raw", f"{drop.source}/{made.delivery_id}", ".jsonl")  # kept like that of any file
    assert raw.stat().st_mode & 0o777 == 0o600 and b"CIQ000003" in raw.read_bytes()


def test_a_decision_of_the_nights_own_day_waits_and_the_night_again_gives_the_same(drop: Drop) -> None:
    say(drop, "correct", [correction(drop, aside(drop)[4], inspection(3))], day=NEXT)
    judged(drop, NIGHT)
    take(drop, NEXT)
    assert not any(d.is_decided for d in deliveries(drop).values())
    judged(drop, NEXT)
    later = NEXT + timedelta(days=1)
    take(drop, later)
    first = partitions(drop)
    take(drop, later)
    take(drop, NIGHT)  # a replay takes nothing in
    again = partitions(drop)
    assert {n: b for n, b in again.items() if "seconds" not in n} == {n: b for n, b in first.items() if "seconds" not in n}
    assert sum(d.is_decided for d in deliveries(drop).values()) == 1


def test_a_released_row_passes_the_check_it_was_released_from_and_no_other(drop: Drop) -> None:
    rows = aside(drop)
    assert rows[5]["reasons"] == ["negative: quantity=-5.0"]
    assert rows[6]["reasons"] == ["sampled_before_result"]
    released = {5: ("negative: quantity", "quantity_not_negative"), 6: ("sampled_before_result",)}
    cells = {5: NEGATIVE, 6: {**LATE_RESULT, "quantity": "-1"}}  # the second would fail another check besides
    say(drop, "release", [Wanted(set_aside(drop, rows[n]), drop.source, cells[n], (), released[n]) for n in (5, 6)])
    judged(drop, NIGHT)
    assert take(drop, NEXT) != "quarantined"
    (made,) = [d for d in deliveries(drop).values() if d.is_decided]
    assert (made.read, made.accepted, made.quarantined, made.verdict) == (2, 1, 1, "partly_quarantined")
    assert accepted(drop, NEXT)["CIQ000004"][1] == -5.0
    assert aside(drop)[2]["reasons"] == ["negative: quantity=-1.0"]


def test_a_correction_that_is_still_bad_is_set_aside_again_and_can_be_corrected_again(drop: Drop) -> None:
    say(drop, "correct", [correction(drop, aside(drop)[4], inspection(3, sampled_on="2026-14-01"))])
    judged(drop, NIGHT)
    assert take(drop, NEXT) != "quarantined"  # a bad correction does not make the source a bad one
    again = aside(drop)
    assert again[1]["reasons"] == ["date_unreadable: sampled_on=2026-14-01"]
    say(drop, "correct", [correction(drop, again[1], inspection(3))], day=NEXT)
    judged(drop, NEXT)
    last = NEXT + timedelta(days=1)
    take(drop, last)
    assert accepted(drop, last)["CIQ000003"][0] == "2026-11-02"


def test_what_the_sender_corrected_meanwhile_counts_once(drop: Drop) -> None:
    say(drop, "correct", [correction(drop, aside(drop)[4], inspection(3))])
    judged(drop, NIGHT)
    drop.put("lots corrected.csv", as_csv([inspection(1), inspection(3)]), NIGHT)
    take(drop, NEXT)
    (made,) = [d for d in deliveries(drop).values() if d.is_decided]
    assert (made.read, made.duplicates) == (1, 1)
    assert len(accepted(drop, NEXT)) == 3


def test_what_repeats_a_file_that_is_set_aside_whole_is_taken_again(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = aside(drop)
    released = ("negative: quantity", "quantity_not_negative")
    say(drop, "release", [Wanted(set_aside(drop, rows[5]), drop.source, NEGATIVE, (), released)])
    say(drop, "correct", [correction(drop, rows[4], inspection(3))])
    judged(drop, NIGHT)
    # The sender's file says the same, but the check sets it aside whole: nothing of it is possible.
    drop.put("zz.csv", as_csv([inspection(3), *(inspection(n, direction="sideways") for n in range(30, 60))]), NIGHT)
    real = pipeline.check

    def strict(settings: Settings, source: str, as_of: date) -> str:
        (bad,) = [d for d in records.read_all(drop.lake, source) if d.file_name == "zz.csv"]
        records.write(drop.lake, _refused(bad))
        return real(settings, source, as_of)

    monkeypatch.setattr(pipeline, "check", strict)
    take(drop, NEXT)
    found = deliveries(drop)
    (made,) = [d for d in found.values() if d.is_decided]
    assert found["zz.csv"].verdict == "quarantined"
    assert (made.read, made.accepted, made.duplicates) == (2, 2, 0)


def _refused(delivery: Delivery) -> Delivery:
    from dataclasses import replace

    return replace(delivery, verdict="quarantined")


def test_a_crash_while_taking_decisions_loses_nothing(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    say(drop, "correct", [correction(drop, aside(drop)[4], inspection(3))])
    judged(drop, NIGHT)
    for place in ("riskwarn.ingest.decided.commit", "riskwarn.ingest.intake.records.write"):  # before and after the rows are written
        with monkeypatch.context() as patch:
            patch.setattr(place, _power_cut)
            take(drop, NEXT)
        assert not any(d.is_decided for d in deliveries(drop).values())
    take(drop, NEXT)
    assert sum(d.accepted for d in deliveries(drop).values() if d.is_decided) == 1
    left = {p.name.split(".")[0] for table in ("raw", "typed", "decided") for p in (drop.lake.root / table / drop.source).iterdir()}
    assert left == {d.delivery_id for d in deliveries(drop).values()}


def _power_cut(*_args: object, **_kwargs: object) -> None:
    raise OSError("power cut")


def test_who_may_decide_and_what_stays_on_record(drop: Drop) -> None:
    row = aside(drop)[5]
    mine = Wanted(set_aside(drop, row, unit="shanghai"), drop.source, NEGATIVE, (), ("negative: quantity",))
    with pytest.raises(RoleNeeded):
        say(drop, "release", [mine], by="shanghai")
    with pytest.raises(OutsideUnit):
        say(drop, "reject", [mine], by="shenzhen")
    with pytest.raises(CaseError):
        say(drop, "reject", [mine], by="shanghai", reason=" ")
    say(drop, "correct", [mine], by="shanghai")
    with pytest.raises(NotReady):  # somebody decided since the page was opened
        say(drop, "release", [mine], by="shanghai_head")
    with open_store(drop.settings) as store, store.engine.connect() as con:
        (kept,) = decisions_of(con, drop.source)
    seen = Wanted(set_aside(drop, row, unit="shanghai", seen=kept["decision_id"]), drop.source)
    say(drop, "reject", [seen], by="shanghai")
    judged(drop, NIGHT)
    take(drop, NEXT)
    assert not any(d.is_decided for d in deliveries(drop).values())  # rejected for good: nothing comes of it
    with pytest.raises(NotReady):
        say(drop, "correct", [seen], by="shanghai")


CELLS = {
    "good": lambda n: inspection(10 + n), "bad": lambda n: inspection(10 + n, result="maybe"),
    "same": lambda n: inspection(1), "again": lambda n: inspection(99),
}  # fmt: skip


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Session]]:
    settings = Settings(home=tmp_path_factory.mktemp("room") / "home")
    with Session(settings) as session:
        yield settings, session


@given(rows=st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=6), nights=st.integers(1, 2))
@hypothesis_settings(max_examples=4)
def test_rows_read_are_accepted_set_aside_or_repeated_whatever_is_decided(
    room: tuple[Settings, Session], tmp_path_factory: pytest.TempPathFactory, rows: list[str], nights: int
) -> None:
    drop, session = Drop(Settings(home=tmp_path_factory.mktemp("home") / "home")), room[1]
    drop.accept(drop.take_one("lots.csv", as_csv([inspection(1)])))
    made = []
    for part in range(nights):
        wanted = [
            DecidedRow(f"D{n}", "correct", drop.source, CELLS[rows[n]](n), (), "d", "lots.csv", 3 + n, NIGHT, 1)
            for n in range(part, len(rows), nights)
        ]
        new = take_decided(drop.settings, drop.lake, drop.source, wanted, night=NEXT + timedelta(days=part), session=session)
        for delivery in new:
            drop.accept(delivery)
        made += new
        assert {(row.of_delivery_id, row.of_row_no) for row in wanted} <= already_taken(drop.lake, drop.source)
    assert all(d.read == d.accepted + d.quarantined + d.duplicates for d in made)
    assert sum(d.read for d in made) == len(rows)
    assert sum(d.accepted for d in made) == rows.count("good") + ("again" in rows)
    assert sum(d.quarantined for d in made) == rows.count("bad")
    assert len({d.delivery_id for d in made}) == len(made)


def rows_of(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every published table."""
    with warehouse.open_published(settings) as con:
        tables = [row[0] for row in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {name: sorted(con.table(name).fetchall(), key=repr) for name in tables}


def test_whole_nights_before_and_after_a_correction(drop: Drop) -> None:
    settings = drop.settings
    pipeline.run(settings, NIGHT, today=NIGHT, send=False)
    before = rows_of(settings)
    assert "CIQ000003" not in {row[0] for row in before["core_lot"]}
    say(drop, "correct", [correction(drop, aside(drop)[4], inspection(3, result="fail"))])
    report = pipeline.run(settings, NEXT, today=NEXT, send=False)
    part = report.sources[drop.source]
    assert (part["files"], part["read"], part["accepted"]) == (1, 1, 1)
    after = rows_of(settings)
    assert "CIQ000003" in {row[0] for row in after["core_lot"]}
    assert [row[11] for row in after["mart_decided_row"]] == ["accepted"]
    take(drop, NEXT)
    warehouse.publish(settings, drop.lake, NEXT)
    assert rows_of(settings) == after  # the same night twice
    link = settings.warehouse.resolve()
    pipeline.run(settings, NIGHT, today=NEXT, send=False)  # the earlier night again, the correction known by now
    assert settings.warehouse.resolve() == link
    again = max(settings.published.glob(f"{NIGHT}-*.duckdb"), key=lambda path: path.stat().st_mtime_ns)
    settings.warehouse.unlink()
    settings.warehouse.symlink_to(again.relative_to(settings.home))
    assert rows_of(settings) == before
