"""The console under 20 people at once: the list of 10,000 warnings and a warning with 500 events, beside a bare page of the same app.

Run: python benchmarks/bench_console.py [WARNINGS]. The server runs in a process of its own; prints median and 95th percentile of the
seconds from request to whole answer, and the bytes of a first view.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pandas as pd
import uvicorn

from riskwarn import warehouse
from riskwarn.cases import open_store
from riskwarn.cases.accounts import set_password
from riskwarn.cases.people import Person, put_person
from riskwarn.lake import Lake
from riskwarn.settings import TIMEZONE, Settings
from riskwarn.web import create_app

NIGHT = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=TIMEZONE)
PASSWORD = "only for this benchmark"  # noqa: S105 (of a person who exists for a minute)
PEOPLE, REQUESTS = 20, 15
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


def serve(home: Path, port: int) -> None:
    uvicorn.run(create_app(Settings(home=home), clock), host="127.0.0.1", port=port, log_level="error")


async def ask(desk: httpx.AsyncClient, page: str, seconds: list[float]) -> int:
    """One person's requests, one after the other; returns the bytes of the last answer."""
    size = 0
    for _ in range(REQUESTS):
        began = time.perf_counter()
        answer = await desk.get(page)
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
        size = len(answer.content)
    return size


async def measure(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60) as first:
        while True:
            try:
                await first.get("/sign-in")
                break
            except httpx.ConnectError:
                await asyncio.sleep(0.1)
    desks = [httpx.AsyncClient(base_url=address, timeout=60) for _ in range(PEOPLE)]
    for number, desk in enumerate(desks):
        answer = await desk.post("/sign-in", data={"login": f"officer{number}", "password": PASSWORD})
        assert answer.status_code == 303, answer.status_code
    strangers = [httpx.AsyncClient(base_url=address, timeout=60) for _ in range(PEOPLE)]
    for page in PAGES:
        seconds: list[float] = []
        sizes = await asyncio.gather(*(ask(desk, page, seconds) for desk in (strangers if page == "/sign-in" else desks)))
        ranked = sorted(seconds)
        size = max(sizes) / 1000
        print(f"{page:<34} median {statistics.median(ranked):.3f} s, p95 {ranked[int(0.95 * len(ranked))]:.3f} s, {size:.0f} kB")
    for desk in desks + strangers:
        await desk.aclose()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        publish(Settings(home=home), count)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = multiprocessing.Process(target=serve, args=(home, port), daemon=True)
        server.start()
        print(f"{count:,} warnings, {PEOPLE} people at once, {REQUESTS} requests each")
        try:
            asyncio.run(measure(f"http://127.0.0.1:{port}"))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
