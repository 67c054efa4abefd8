"""Evaluation of replays: the events file, what counts as found, the placebo, the intervals, the page."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from riskwarn.evaluation import Evaluation, EventsError, evaluate, read_events
from riskwarn.evaluation.intervals import by_chance, rate_interval, share_interval
from riskwarn.evaluation.lanes import DIMENSIONS
from riskwarn.evaluation.page import as_html
from riskwarn.evaluation.score import events_table
from riskwarn.text import LANGS, Lang

BEGIN, END = date(2024, 1, 1), date(2025, 12, 29)
BURST = date(2025, 3, 3)
HEADING = "name,official_on,visible_from,visible_until,product_code,origin_country,source\n"


def lane(product: str, origin: str, week: date, count: int = 1, known: date | None = None) -> dict[str, object]:
    fixed = {"direction": "import", "product_scheme": "HS", "hazard_category": "mycotoxins", "substance": "unknown"}
    known = known or week + timedelta(days=3)
    return {**fixed, "product_code": product, "origin_country": origin, "week": week, "known_on": known, "event_count": count}


def lanes() -> pd.DataFrame:
    """Thirty origins with one event a month each; nuts from IN burst in March 2025, with a few from VN beside them."""
    rows = [lane("nuts", f"O{i:02d}", BEGIN + timedelta(weeks=4 * k)) for i in range(30) for k in range(26)]
    rows += [lane("nuts", "IN", BURST + timedelta(weeks=k), 8) for k in range(4)]
    rows += [lane("nuts", "VN", BURST + timedelta(weeks=k)) for k in range(4)]
    return pd.DataFrame(rows)


def opening(number: int, raised: date, **series: str) -> dict[str, object]:
    key = dict.fromkeys(DIMENSIONS, "*") | {"direction": "import", "product_scheme": "HS"} | series
    onset = raised - timedelta(days=raised.weekday() + 7)
    told = {"warning_id": f"E{number}", "observed": 8.0, "expected": 0.3, "p_value": 1e-4, "reason_en": "why <b>", "reason_zh": "原因"}
    days = {"onset_week": onset, "from_week": onset, "last_week": onset, "raised_on": raised, "active_until": raised + timedelta(weeks=8)}
    return {**key, **told, **days, "scope": "product_origin", "indicator_id": "foreign_alerts"}


def written(tmp_path: Path, rows: str, heading: str = HEADING) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(heading + rows, encoding="utf-8")
    return path


def judged(tmp_path: Path, rows: str, *openings: dict[str, object]) -> Evaluation:
    return evaluate(pd.DataFrame(openings), lanes(), read_events(written(tmp_path, rows)), (BEGIN, END, 7))


NUTS = "Nuts,2025-03-20,2025-03-03,,nuts,IN,an act\n"


@pytest.mark.parametrize(
    ("openings", "status", "lead"),
    [
        ([], "missed", None),
        ([opening(1, date(2025, 3, 10), product_code="nuts", origin_country="IN")], "found", 10),
        ([opening(1, date(2025, 3, 31), product_code="nuts", origin_country="IN")], "late", -11),
        ([opening(1, date(2025, 6, 30), product_code="nuts", origin_country="IN")], "missed", None),
        ([opening(1, date(2025, 2, 24), product_code="nuts", origin_country="IN")], "open_before", None),
        ([opening(1, date(2025, 3, 10), product_code="nuts")], "found", 10),  # all origins, most events from IN
        ([opening(1, date(2025, 3, 10), product_code="toys", origin_country="IN")], "missed", None),
    ],
)
def test_what_counts_as_found(tmp_path: Path, openings: list[dict[str, object]], status: str, lead: int | None) -> None:
    frame = pd.DataFrame(openings or [opening(9, date(2025, 9, 1), product_code="nuts", origin_country="O01")])
    result = evaluate(frame, lanes(), read_events(written(tmp_path, NUTS)), (BEGIN, END, 7))
    assert (result.outcomes[0].status, result.outcomes[0].lead_days) == (status, lead)


def test_an_aggregate_is_about_an_origin_that_has_a_fifth_of_its_events(tmp_path: Path) -> None:
    raised = opening(1, date(2025, 3, 17), product_code="nuts")
    vietnam = NUTS.replace("IN", "VN")
    assert judged(tmp_path, vietnam, raised).outcomes[0].status == "missed"  # one event in nine and more
    either = NUTS.replace(",IN,", ",IN|VN,")
    assert judged(tmp_path, either, raised).outcomes[0].status == "found"


def test_what_became_known_later_is_not_behind_an_episode(tmp_path: Path) -> None:
    late = lanes().assign(known_on=date(2025, 6, 1))
    raised = pd.DataFrame([opening(1, date(2025, 3, 10), product_code="nuts")])
    assert evaluate(raised, late, read_events(written(tmp_path, NUTS)), (BEGIN, END, 7)).outcomes[0].status == "missed"


def test_episodes_elsewhere_are_counted_once_and_by_stratum(tmp_path: Path) -> None:
    found = opening(1, date(2025, 3, 10), product_code="nuts", origin_country="IN")
    other = opening(2, date(2025, 9, 1), product_code="nuts", origin_country="O01")
    again = opening(2, date(2025, 11, 3), product_code="nuts", origin_country="O01")
    result = judged(tmp_path, NUTS, found, other, again)
    assert [s.elsewhere for s in result.strata] == [0, 1, 0, 1]  # twelve or thirteen events in the year before: middle
    assert result.strata[-1].median_lead_days == 10


def test_placebo_lanes_hit_when_something_is_raised_about_them(tmp_path: Path) -> None:
    raised = [opening(i, date(2025, 3, 10), product_code="nuts", origin_country=f"O{i:02d}") for i in range(10)]
    outcome = judged(tmp_path, NUTS, *raised).outcomes[0]
    assert outcome.placebo_lanes >= 20
    assert 0 < outcome.placebo_hits <= 10
    quiet = judged(tmp_path, NUTS, opening(1, date(2025, 3, 10), product_code="nuts", origin_country="IN")).outcomes[0]
    assert quiet.placebo_hits == 0  # the event's own lane is no placebo


def test_same_seed_same_placebo(tmp_path: Path) -> None:
    raised = pd.DataFrame([opening(i, date(2025, 3, 10), product_code="nuts", origin_country=f"O{i:02d}") for i in range(10)])
    events = read_events(written(tmp_path, NUTS))
    one, two = (evaluate(raised, lanes(), events, (BEGIN, END, 7), placebos=10, seed=3) for _ in range(2))
    assert one.outcomes == two.outcomes


def test_events_outside_the_replay_are_not_judged(tmp_path: Path) -> None:
    result = judged(tmp_path, NUTS.replace("2025-03-20", "2026-03-20"), opening(1, date(2025, 3, 10), product_code="nuts"))
    assert result.outcomes[0].status == "not_replayed"
    assert result.strata[-1].events == 0


def test_csv_and_toml_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "events.toml"
    path.write_text(
        '[[event]]\nname = "Nuts"\nofficial_on = 2025-03-20\nvisible_from = 2025-03-03\nproduct_code = "nuts"\n'
        'origin_country = "IN"\nsource = "an act"\n',
        encoding="utf-8",
    )
    assert read_events(path) == read_events(written(tmp_path, NUTS))


@pytest.mark.parametrize(
    ("rows", "message", "next_step"),
    [
        ("", "lists no event", "one row"),
        (",2025-03-20,,,nuts,,\n", "row 2: the event has no name", "fill the column"),
        ("A,20 March,,,nuts,,\n", "row 2: '20 March' is no date", "2020-10-22"),
        ("A,,2025-03-03,,nuts,,\n", "neither official_on nor visible_until", "say when"),
        ("A,2025-03-01,2025-03-03,,nuts,,\n", "after its end", "in order"),
        ("A,2025-03-20,,,,,\n", "no filter", "at least one"),
        ("A,2025-03-20,,,nuts\n", "not as many cells", "quote"),
        (NUTS + NUTS, "row 2: the name 'Nuts' occurs twice", "of its own"),
    ],
)
def test_bad_events_are_named_with_the_next_step(tmp_path: Path, rows: str, message: str, next_step: str) -> None:
    with pytest.raises(EventsError, match=message) as caught:
        read_events(written(tmp_path, rows))
    assert "events.csv" in str(caught.value)
    assert next_step in caught.value.__notes__[0]


def test_an_unknown_column_and_no_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match="unknown column colour"):
        read_events(written(tmp_path, "A,2025-03-20,nuts,red\n", "name,official_on,product_code,colour\n"))
    with pytest.raises(EventsError, match=r"gone\.csv cannot be read"):
        read_events(tmp_path / "gone.csv")
    (tmp_path / "bad.toml").write_text("event = 3\n", encoding="utf-8")
    with pytest.raises(EventsError, match="no list of tables"):
        read_events(tmp_path / "bad.toml")


def test_intervals_against_published_values() -> None:
    assert share_interval(4, 5) == pytest.approx((0.2836, 0.9949), abs=1e-4)
    assert share_interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert rate_interval(10, 1.0) == pytest.approx((4.795, 18.39), abs=1e-2)
    assert by_chance([0.5, 0.5, 0.5], 2) == pytest.approx(0.5)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_needs_nothing_and_escapes_everything(tmp_path: Path, lang: Lang) -> None:
    rows = NUTS.replace("Nuts", "<script>").replace("an act", "a & b") + "None,2025-03-20,2025-03-03,,toys,IN,\n"
    result = judged(tmp_path, rows, opening(1, date(2025, 3, 10), product_code="nuts", origin_country="IN"))
    page = as_html(result, lang)
    assert "<script" not in page
    assert "http" not in page
    assert "&lt;script&gt;" in page
    assert "a &amp; b" in page
    assert page.count("<svg") == 3
    assert page.count("<table") == 3
    table = events_table(result)
    assert list(table["status"]) == ["found", "missed"]
    assert table["lead_days"].tolist()[0] == 10
