"""The night reads numbers: what it then judges is, to the last bit, what the long table with its texts gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from detect_worlds import COLUMNS, FIRST, world
from warehouse_data import series_of

from riskwarn import warehouse
from riskwarn.detect import judge_and_watch
from riskwarn.detect.panel import asked_columns, asked_since
from riskwarn.detect.weekly import EPOCH_ORDINAL, Weekly, numbered_rows, weekly_rows
from riskwarn.indicators import Indicator, load_indicators
from riskwarn.model import SERIES_COLUMNS, monday_of
from riskwarn.sql import Connection

COUNTED = [one for one in load_indicators() if one.kind == "count"]
# In the order of code points; a quote ends no literal, a bar is also what joins a key, and two are equal but for what cannot be seen.
ODD = ["", " ", "'", '"', "0901", "0901\0", "0901\x00a", "A|B", "Z", "a", "é", "e\u0301", "unknown", "茶叶", "\uffee", "🫖", "🫖🫖"]


@contextmanager
def holding(rows: pd.DataFrame) -> Iterator[Connection]:
    """A database with ``rows`` as its core_series_week, in an order of its own."""
    with duckdb.connect() as con:
        shuffled = rows.assign(grave_events=0).sample(frac=1.0, random_state=5).astype(dict.fromkeys(SERIES_COLUMNS, "str"))
        con.register("given", shuffled)
        con.execute("create table core_series_week as select * replace (cast(week as date) as week) from given")
        yield con


def is_named(heads: pd.DataFrame) -> pd.Series:
    return heads["product_code"] != "unknown"


def numbered(
    con: Connection,
    since: date | None = None,
    judgeable: Callable[[pd.DataFrame], pd.Series] | None = None,
    columns: list[str] | None = None,
) -> Weekly:
    with warehouse.numbered_series(con, columns or list(COLUMNS), since) as found:
        return numbered_rows(found.heads, found.batches, found.types, judgeable)


def odd_world() -> pd.DataFrame:
    """Lanes of oddly named products at two levels, with failures, complaints and declared lots."""
    one = world(21, weeks=70, n_products=len(ODD), n_origins=3)
    names = dict(zip(sorted(set(one.products)), ODD, strict=True))
    rng = np.random.default_rng(8)
    rows = one.frame(69).assign(complaints=lambda f: rng.poisson(0.1, len(f)), declared_lots=lambda f: rng.poisson(300.0, len(f)))
    rows["product_code"] = rows["product_code"].map(names)
    hazards = rows.assign(scope="product_origin_hazard", hazard_category=np.where(np.arange(len(rows)) % 3, "真菌毒素", "mould's"))
    return pd.concat([rows, hazards], ignore_index=True)


def assert_same(old: Weekly, new: Weekly, indicator: Indicator, as_of: date) -> int:
    """Judges both; returns how many series were judged."""
    for one, other in zip(*(judge_and_watch(rows, indicator, as_of) for rows in (old, new)), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    return len(judge_and_watch(new, indicator, as_of)[0])


@pytest.mark.parametrize("indicator", COUNTED, ids=lambda one: one.id)
def test_what_is_judged_is_the_same_to_the_last_bit(indicator: Indicator) -> None:
    rows, as_of = odd_world(), FIRST + timedelta(weeks=70)
    with holding(rows) as con:
        old, new = weekly_rows(series_of(con), is_named), numbered(con, judgeable=is_named)
    pd.testing.assert_frame_equal(old.keys, new.keys)
    pd.testing.assert_frame_equal(old.codes, new.codes)
    assert assert_same(old, new, indicator, as_of) == {"failure_rate": 144, "complaints": 132}.get(indicator.id, 0)


def test_the_rows_are_the_same_numbers_series_after_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """In several batches; also of lanes that differ from one in a single column."""
    monkeypatch.setattr("riskwarn.warehouse.series.BATCH_ROWS", 1000)
    rows = odd_world()
    others = {"direction": "export", "product_scheme": "RASFF", "origin_country": "ZW", "hazard_category": "mould's", "substance": "镉"}
    rows = pd.concat([rows, *(rows.iloc[:50].assign(**{name: other}) for name, other in others.items())], ignore_index=True)
    with holding(rows) as con:
        old, new = weekly_rows(series_of(con)), numbered(con)
    assert (np.diff(new.series) >= 0).all()
    order = np.lexsort((new.week, new.series))
    for name in COLUMNS:
        assert (old.column(name) == new.column(name)[order]).all()
    assert (old.series == new.series[order]).all()
    assert (old.week == new.week[order]).all()
    assert set(new.keys["product_code"]) == set(ODD)


def test_more_rows_of_a_series_than_it_was_said_to_have_are_refused() -> None:
    """Else they would be written beyond its place."""
    with holding(odd_world()) as con, warehouse.numbered_series(con, list(COLUMNS), None) as found:
        fewer = found.heads.assign(row_count=found.heads["row_count"] - 1)
        with pytest.raises(ValueError, match="more rows than its row_count"):
            numbered_rows(fewer, found.batches, found.types)


def test_weeks_before_every_look_back_need_not_be_read() -> None:
    one = world(12, weeks=90)
    as_of = one.as_of(80)  # nine weeks of the table are still to come
    indicator = replace(next(i for i in COUNTED if i.id == "failure_rate"), lookback_weeks=30)
    with holding(one.frame(89)) as con:
        every, some = numbered(con), numbered(con, asked_since(indicator, as_of))
    assert assert_same(every, some, indicator, as_of) > 300
    assert int(some.week.min()) + EPOCH_ORDINAL == monday_of(asked_since(indicator, as_of) + timedelta(days=6)).toordinal()
    assert some.week.min() >= every.week.min() + 7 * 24  # thirty weeks, and what that is rounded by: less than half a year


@pytest.mark.parametrize("rows", [0, 1])
def test_a_night_of_hardly_anything(rows: int) -> None:
    one = world(13, weeks=5)
    table = one.frame(4).iloc[:rows]
    with holding(table) as con:
        old, new = weekly_rows(table), numbered(con)
        assert con.execute("select count(*) from duckdb_tables() where table_name = 'series_number'").fetchone() == (0,)
    assert new.series.tolist() == [0] * rows
    for indicator in COUNTED:
        assert_same(old, new, indicator, one.as_of(4))


@pytest.mark.parametrize(("largest", "kind"), [(127, "int8"), (128, "int16"), (40_000, "int32"), (2**31, "int64"), (2**53 + 1, "int64")])
def test_each_column_has_the_narrowest_type_that_holds_it(largest: int, kind: str) -> None:
    table = world(13, weeks=5).frame(4).iloc[:9].assign(inspected_random=7, inspected_other=0, complaints=1)
    table.loc[table.index[3], "inspected_targeted"] = largest
    with holding(table) as con:
        new = numbered(con, columns=["inspected_random", "inspected_targeted", "inspected_other", "complaints"])
    assert {name: column.dtype.name for name, column in new.counts.items()} == {
        "inspected_random": kind,  # added to the next two, and so of their type
        "inspected_targeted": kind,
        "inspected_other": kind,
        "complaints": "int8",
    }
    assert sorted(new.column("inspected_targeted").tolist()) == sorted(table["inspected_targeted"].tolist())
    assert new.column("inspected_random").tolist() == [7] * 9


def test_an_indicator_names_the_columns_it_looks_at() -> None:
    asked = {one.id: asked_columns(one) for one in COUNTED}
    assert asked["foreign_alerts"] == ["foreign_alerts"]
    assert asked["complaints"] == ["complaints", "declared_lots"]
    assert asked["failure_rate"] == [
        "failed",
        *(f"{what}_{how}" for what in ("inspected", "failed") for how in ("random", "targeted", "other")),
    ]
