"""The warning list as a place of work: whose comes first, what is new, views under a name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from web_data import NIGHT, Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.cases import open_store
from riskwarn.cases.people import Person, put_person
from riskwarn.cases.views import MOST, keep_view, views_of
from riskwarn.lake import Lake
from riskwarn.report import RunReport, write_report
from riskwarn.settings import Settings
from riskwarn.web.views import wish_of

HOSTILE = "<script>alert(1)</script>\"'><img src=x>"
ROWS = [told("W1", level="red"), told("W2", origin_country="IN", hazard_category="fire"), told("W3", substance="lead")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three warnings, the second of them with Shanghai, and an officer there."""
    settings, clock = Settings(home=tmp_path_factory.mktemp("made") / "home"), Clock()
    publish(settings, ROWS)
    employ(settings, clock())
    with open_store(settings) as store, store.writing() as con:
        put_person(con, store.books.units, Person("shen", "沈洁", "shanghai", "officer", True), by="admin", at=clock())
        con.execute(sa.text("insert into credential select 'shen', password_hash, 0, 0, null from credential where login = 'li'"))
        con.execute(sa.text("update warning_case set proposed_unit_id = 'shanghai_yangshan' where warning_id = 'W2'"))
    return settings.home


@pytest.fixture
def desk(settings: Settings, made: Path) -> Iterator[TestClient]:
    shutil.copytree(made, settings.home, symlinks=True)
    with client(settings, Clock()) as browser:
        yield browser


def ids(browser: TestClient, query: str = "") -> list[str]:
    return [row["warning_id"] for row in browser.get(f"/warnings.json?{query}").json()["warnings"]]


def test_the_own_unit_comes_first_and_all_are_one_click_away(desk: TestClient) -> None:
    enter(desk, "shen")
    assert ids(desk) == ["W2"]  # Yangshan lies below Shanghai
    page = desk.get("/warnings").text
    chips = re.findall(r'<a href="/warnings\?([^"]*)"( aria-current="true")?>([^<]+) <small>(\d+)</small>', page)
    assert [(label, count, bool(here)) for _, here, label, count in chips] == [
        ("本单位及下级", "1", True), ("全部单位", "3", False), ("由我承办", "0", False),
    ]  # fmt: skip
    assert ids(desk, chips[1][0].replace("&amp;", "&")) == ["W1", "W2", "W3"]
    assert 'href="/warnings.csv?mine=unit' in page  # the twins show what the page shows
    desk.cookies.clear()
    enter(desk)
    assert ids(desk) == ["W1", "W2", "W3"]  # at the root every unit is one's own
    assert "本单位及下级" not in desk.get("/warnings").text


def test_an_empty_list_of_ones_own_leads_to_all(desk: TestClient) -> None:
    enter(desk, "shen")
    assert "全部单位 1" in desk.get("/warnings?colour=red").text


def test_what_is_new_is_counted_at_the_top(desk: TestClient, settings: Settings) -> None:
    enter(desk)
    assert 'class="news"' not in desk.get("/warnings").text  # nothing to compare the first visit with
    later = NIGHT + timedelta(days=1)
    publish(settings, [*ROWS, told("W8", first_raised_on=pd.Timestamp(later)), told("W9", first_raised_on=pd.Timestamp(later))], later)
    desk.get("/warnings")
    page = desk.get("/warnings").text
    assert f"自{NIGHT}以来新增2条" in page and page.count(">新<") == 2
    publish(settings, ROWS, later + timedelta(days=1))
    desk.get("/warnings")
    assert "以来没有新增" in desk.get("/warnings").text


def test_the_list_says_how_many_of_the_nights_new_ones_may_be_false(desk: TestClient, settings: Settings) -> None:
    enter(desk)
    assert "误报比例" not in desk.get("/warnings").text  # nothing was opened by statistics, or the report is gone
    write_report(settings, RunReport(NIGHT, "done", estimated_fdr=0.034))
    assert "当晚新增预警中误报比例估计不超过3.4%。" in desk.get("/warnings").text


def test_a_row_names_goods_origin_hazard_source_and_age(desk: TestClient) -> None:
    enter(desk)
    row = desk.get("/warnings?origin=IN").text.split("<tbody>")[1].split("</tbody>")[0]
    for words in ("9503", "印度", "火灾", "口岸检验", "0天", "洋山海关"):
        assert words in row, words
    page = desk.get("/warnings?origin=IN&hazard=fire").text
    assert '<input type="hidden" name="hazard" value="fire">' in page  # the form keeps what a link asked for
    assert "取消筛选：危害 火灾" in page


def views(settings: Settings, login: str) -> list[tuple[str, str]]:
    with open_store(settings) as store, store.engine.connect() as con:
        return [(one.name, one.query) for one in views_of(con, login)]


def test_a_view_is_kept_under_a_name_and_is_ones_own(desk: TestClient, settings: Settings) -> None:
    enter(desk)

    def keep(name: str, query: str) -> int:
        return desk.post("/views", data={"csrf": csrf_of(desk), "name": name, "query": query}).status_code

    assert keep(f" 我的 {HOSTILE}"[:30], "colour=red&colour=orange&page=3&evil=1") == 303
    assert keep("旧的", "order=newest") == 303
    assert keep("旧的", "order=ratio") == 303  # replaced
    assert views(settings, "li") == [("我的 " + HOSTILE[:26].strip(), "colour=red&colour=orange&order=gravity"), ("旧的", "order=ratio")]
    page = desk.get("/warnings?order=ratio&mine=all").text
    assert "旧的" in page and "<script>alert" not in page
    assert (keep("", "q=1"), keep("长" * 41, "q=1"), desk.post("/views", data={"name": "x"}).status_code) == (409, 409, 403)
    number = re.search(r"/views/(\d+)/forget", page)
    assert number is not None
    desk.cookies.clear()
    enter(desk, "wang")
    assert "旧的" not in desk.get("/warnings").text
    desk.post(f"/views/{number[1]}/forget", data={"csrf": csrf_of(desk)})
    assert len(views(settings, "li")) == 2  # not another's
    desk.cookies.clear()
    enter(desk)
    assert (
        desk.post(f"/views/{number[1]}/forget", data={"csrf": csrf_of(desk), "query": "order=ratio"})
        .headers["location"]
        .endswith("order=ratio")
    )
    assert len(views(settings, "li")) == 1
    with open_store(settings) as store, store.engine.connect() as con:
        trail = con.execute(sa.text("select action from audit_entry where subject = 'person li' and action like '%_view'")).scalars().all()
    assert trail == ["save_view", "save_view", "save_view", "drop_view"]


def test_views_are_few_and_queries_are_those_of_the_list(settings: Settings, made: Path) -> None:
    shutil.copytree(made, settings.home, symlinks=True)
    with open_store(settings) as store, store.writing() as con:
        for n in range(MOST):
            keep_view(con, "li", f"v{n}", "", Clock()())
        with pytest.raises(Exception, match=str(MOST)):
            keep_view(con, "li", "one more", "", Clock()())
    assert wish_of("page=0&q=x").address() == wish_of("").address()
    assert wish_of("colour=red&q=a%26b").address() == "q=a%26b&colour=red&order=gravity"


def test_what_the_budget_held_back_has_a_page_of_its_own(desk: TestClient, settings: Settings) -> None:
    enter(desk)
    assert "没有因额度未列入" in desk.get("/cut").text
    base = {
        "first_raised_on": pd.Timestamp(NIGHT),
        "opened_count": 3,
        "list_budget": 1,
        "cut_reason_zh": "当晚新增3条",
        "cut_reason_en": "three opened",
    }
    rows = [
        told("C1", **base, cut_rank=2, indicator_id="failure_rate"),
        told("C2", **base, cut_rank=3, origin_country="BR", product_name_zh=HOSTILE),
    ]
    old = {
        "episode_id": "C0", "first_raised_on": pd.Timestamp("2026-10-01"), "indicator_id": "complaints", "product_scheme": "HS",
        "product_code": "0901", "origin_country": "*", "hazard_category": "*", "substance": "*", "observed": 7.0, "expected": 1.5,
        "p_value": 1e-6,
    }  # fmt: skip
    lake = Lake(settings.lake)
    lake.write_frame("cut", NIGHT.isoformat(), pd.DataFrame(rows))
    lake.write_frame("cut", "2026-10-01", pd.DataFrame([old]))
    publish(settings, ROWS, NIGHT + timedelta(days=1))
    found = desk.get("/cut.json").json()
    assert [(row["warning_id"], row["listed_as"]) for row in found["cut"]] == [("C1", "W1"), ("C2", None), ("C0", None)]
    page = desk.get("/cut").text
    assert "当晚新增3条" in page and "实际7，预期约1.5" in page and "<script>alert" not in page
    assert [row["warning_id"] for row in desk.get("/cut.json?untold=true&q=BR").json()["cut"]] == ["C2"]
    assert "没有符合条件" in desk.get("/cut?q=nothing").text
    rows_of_csv = desk.get("/cut.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows_of_csv) == 4
    desk.cookies.clear()
    assert (desk.get("/cut").status_code, desk.get("/cut.json").status_code, desk.get("/cut.csv").status_code) == (303, 401, 401)
