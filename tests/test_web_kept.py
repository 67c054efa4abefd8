"""What the console keeps of a night: the same as asking again, and gone when something changed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest
from fastapi.testclient import TestClient
from loopback import free_port
from web_data import Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.settings import Settings
from riskwarn.web.night import Kept


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings, clock = Settings(home=Path(tmp_path_factory.mktemp("kept"))), Clock()
    publish(settings, [told("W1"), told("W2", level="red", product_code="8516"), told("W3", level="blue", origin_country="IN")])
    employ(settings, clock())
    with client(settings, clock) as one:
        assert enter(one, "wang") == 303
        yield one


def ids(browser: TestClient, wish: str) -> list[str]:
    return [row["warning_id"] for row in browser.get(f"/warnings.json?{wish}").json()["warnings"]]


def rows_in_review(browser: TestClient) -> list[str]:
    rows = browser.get("/warnings").text.split("<tr")[1:]
    return [found[1] for row in rows if "审核中" in row and (found := re.search(r'href="/warnings/(\w+)"', row))]


def test_the_order_is_kept_for_each_wish(browser: TestClient) -> None:
    for _ in range(2):
        assert ids(browser, "") == ["W2", "W1", "W3"]
        assert ids(browser, "order=origin") == ["W3", "W2", "W1"]
        assert ids(browser, "q=8516") == ["W2"]


def test_a_step_is_seen_at_once_in_the_list_and_its_filters(browser: TestClient) -> None:
    assert ids(browser, "state=under_review") == []
    assert rows_in_review(browser) == []
    form = {"csrf": csrf_of(browser), "action": "review", "version": "0"}
    assert browser.post("/warnings/W1/step", data=form).status_code == 303
    assert ids(browser, "state=under_review") == ["W1"]
    assert [row["state"] for row in browser.get("/warnings.json").json()["warnings"]] == ["raised", "under_review", "raised"]
    assert rows_in_review(browser) == ["W1"]


def test_the_oldest_goes_first_and_nothing_is_made_twice() -> None:
    kept, made = Kept(), []

    def ask(key: int) -> int:
        return kept.get("room", 2, key, lambda: made.append(key) or key * 10)

    assert [ask(key) for key in (1, 1, 2, 3, 2, 1)] == [10, 10, 20, 30, 20, 10]
    assert made == [1, 2, 3, 1]


def test_a_night_of_an_earlier_version_is_told_and_its_other_pages_show(tmp_path: Path) -> None:
    settings, clock = Settings(home=tmp_path), Clock()
    publish(settings, [told("W1")])
    employ(settings, clock())
    with duckdb.connect(settings.warehouse.resolve()) as con:
        con.execute("drop table mart_warning_cut")
    with client(settings, clock) as one:
        enter(one)
        page = one.get("/cut")
        assert page.status_code == 503 and "由旧版本发布" in page.text
        assert one.get("/cut.json").status_code == 503
        assert one.get("/warnings").status_code == 200


def test_several_processes_serve_one_console(tmp_path: Path) -> None:
    publish(Settings(home=tmp_path), [told("W1")])
    port = free_port()
    command = [str(Path(sys.executable).with_name("riskwarn")), "serve", "--home", str(tmp_path), "--port", str(port), "--processes", "2"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/sign-in", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        assert answer.status_code == 200
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="utf-8").split()
        commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
        assert sum(b"spawn_main" in command for command in commands) == 2
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        assert server.wait(30) in (0, -signal.SIGTERM)
