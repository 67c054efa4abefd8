"""The console under 20 people at once: the list of 10,000 warnings and a warning with 500 events, beside a bare page of the same app.

Run: python benchmarks/bench_console.py [WARNINGS [PROCESSES]]. The server runs in processes of its own; prints median and 95th
percentile of the seconds from request to whole answer, requests a second, and the bytes of a first view: of people who ask again at once,
and of people who read a second or so. The askers speak HTTP by hand:
a full client would take as much of the two cores as the server.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import socket
import statistics
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd

from riskwarn import warehouse
from riskwarn.cases import open_store
from riskwarn.cases.accounts import set_password
from riskwarn.cases.people import Person, put_person
from riskwarn.lake import Lake
from riskwarn.settings import TIMEZONE, Settings
from riskwarn.web.serving import serve

NIGHT = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=TIMEZONE)
PASSWORD = "only for this benchmark"  # noqa: S105 (of a person who exists for a minute)
PEOPLE, REQUESTS = 20, 30
PAUSE, READ = 1.0, 12  # seconds to read, and requests of those who read
PAGES = ("/sign-in", "/warnings", "/warnings?q=9503&order=ratio", "/warnings?mine=unit", "/warnings/W000001")


def publish(settings: Settings, count: int) -> None:
    """A night of so many warnings, the first with 500 events and two years of weeks."""
    lake, colours = Lake(settings.lake), ("red", "orange", "yellow", "blue")
    texts = {
        "indicator_id": "failure_rate", "scope": "product_origin", "direction": "import", "product_scheme": "HS", "hazard_category": "*",
        "status": "open", "risk_level": "high", "signal_strength": "strong", "freshness_note": "", "sources": "port_inspections",
        "substance": "*", "reach": "cell", "proposal": "", "related_to": "", "product_name_zh": "玩具", "product_name_en": "toys",
        "product_name": "玩具", "reason_zh": "近4周：检验120批，不合格9批（7.5%），往常约2.1%。",
        "level_reason_zh": "橙色：危害严重度为3级",
        "reason_en": "Last 4 weeks: 120 lots inspected, 9 failed (7.5%), usually about 2.1%.", "level_reason_en": "orange because",
    }  # fmt: skip
    days = dict.fromkeys(("onset_week", "last_week", "first_raised_on"), pd.Timestamp(NIGHT))
    numbers = dict.fromkeys(("observed", "expected", "ratio", "ratio_lower", "ratio_upper", "exposure", "p_value", "q_value"), 2.0)
    rows = [
        {
            **texts, **days, **numbers, "warning_id": f"W{n:06d}", "level": colours[n % 4], "product_code": f"{9500 + n % 9}",
            "origin_country": ("VN", "IN", "CN")[n % 3], "window_weeks": 4, "evidence_count": 500, "series_key": str(n),
        }
        for n in range(1, count + 1)
    ]  # fmt: skip
    frame, name = pd.DataFrame(rows), NIGHT.isoformat()
    lake.write_frame("warnings", name, frame)
    event = {"warning_id": "W000001", "source": "port_inspections", "file_name": "a.csv", "event_on": pd.Timestamp(NIGHT)}
    lake.write_frame(
        "evidence", name, pd.DataFrame([event | {"evidence_no": n, "evidence_key": f"5100{n}", "row_no": n} for n in range(500)])
    )
    weeks = [{"week": pd.Timestamp(NIGHT) - timedelta(weeks=n), "observed": n % 5, "expected": 1.0, "upper": 4.0} for n in range(104)]
    lake.write_frame("warning_weeks", name, pd.DataFrame([w | {"warning_id": f"W{n:06d}"} for n in range(1, 101) for w in weeks]))
    warehouse.publish(settings, lake, NIGHT)
    with open_store(settings) as store:
        store.follow(frame, NIGHT)
        with store.writing() as con:
            put_person(con, store.books.units, Person("admin", "A", "gacc", "administrator", True), by="", at=NOW)
            for number in range(PEOPLE):
                login = f"officer{number}"
                put_person(con, store.books.units, Person(login, login, "gacc", "officer", True), by="admin", at=NOW)
                set_password(con, login, PASSWORD, by="admin", at=NOW, must_change=False)


def clock() -> datetime:
    return NOW


def run_server(home: Path, port: int, processes: int) -> None:
    os.setpgrp()  # its workers end with it
    serve(Settings(home=home), clock, "127.0.0.1", port, processes)


class Asker:
    """One person's browser: one connection that stays open, one cookie."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)

    async def ask(self, page: str, body: bytes = b"") -> tuple[int, int]:
        """Status and bytes of the answer."""
        if self.reader.at_eof():  # the server closes connections that were idle for seconds
            await self.open()
        head = f"{'POST' if body else 'GET'} {page} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nAccept-Language: zh\r\n"
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
        self.writer.write(f"{head}{form}\r\n".encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        said = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines[1:] if line)]
        size = next(int(value) for name, value in said if name == "content-length")
        await self.reader.readexactly(size)
        self.cookie = next((value.partition(";")[0] for name, value in said if name == "set-cookie"), self.cookie)
        return int(lines[0].split(" ")[1]), size


async def keep_asking(asker: Asker, page: str, seconds: list[float], pause: float = 0.0) -> int:
    """One person's requests, one after the other, with so many seconds to read between them (half of it to twice as many, at random);
    returns the bytes of the last answer."""
    size = 0
    for _ in range(REQUESTS if not pause else READ):
        await asyncio.sleep(pause * random.uniform(0.5, 2.0))  # noqa: S311 (no secret)
        began = time.perf_counter()
        status, size = await asker.ask(page)
        seconds.append(time.perf_counter() - began)
        assert status == 200, (page, status)
    return size


async def until_it_answers(port: int) -> None:
    while True:
        try:
            await Asker(port).open()
            return
        except ConnectionError:
            await asyncio.sleep(0.1)


async def measure(port: int) -> None:
    await until_it_answers(port)
    askers = [Asker(port) for _ in range(PEOPLE)]
    for number, asker in enumerate(askers):
        await asker.open()
        status, _ = await asker.ask("/sign-in", urlencode({"login": f"officer{number}", "password": PASSWORD}).encode())
        assert status == 303, status
    strangers = [Asker(port) for _ in range(PEOPLE)]
    for stranger in strangers:
        await stranger.open()
    for page in PAGES:
        people = strangers if page == "/sign-in" else askers
        await asyncio.gather(*(keep_asking(asker, page, []) for asker in people[:4]))  # every process has seen the page once
        for pause, how in ((0.0, "at once again"), (PAUSE, "who read a second")):
            seconds: list[float] = []
            began = time.perf_counter()
            sizes = await asyncio.gather(*(keep_asking(asker, page, seconds, pause) for asker in people))
            took, ranked = time.perf_counter() - began, sorted(seconds)
            print(
                f"{page:<30} {how:<18} median {statistics.median(ranked):.3f} s, p95 {ranked[int(0.95 * len(ranked))]:.3f} s, "
                f"{len(ranked) / took:.0f} a second, {max(sizes) / 1000:.0f} kB",
                flush=True,
            )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        publish(Settings(home=home), count)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = multiprocessing.Process(target=run_server, args=(home, port, processes))
        server.start()
        print(f"{count:,} warnings, {PEOPLE} people at once, {REQUESTS} requests each, {processes} server processes")
        try:
            asyncio.run(measure(port))
        finally:
            server.terminate()
            server.join()


if __name__ == "__main__":
    main()
