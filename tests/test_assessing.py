"""What is behind a warning becomes its scenarios and its colour."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from test_explaining import EVIDENCE

from riskwarn.assess.episodes import Episode
from riskwarn.assessing import COLUMNS, assess, assessment_table
from riskwarn.behind import Behind
from riskwarn.frames import day_of_cell
from riskwarn.model import SeriesKey

MONDAY = EVIDENCE.week


def behind(*rows: tuple[str, str, int], inspected: int = 100, declared: int = 0) -> Behind:
    columns = ["warning_id", "dimension", "code", "event_count"]
    table = pd.DataFrame([("W", *row) for row in rows], columns=columns)
    return Behind(table, {"W": inspected}, {"W": declared})


def episode(hazard: str = "*", product: str = "9405") -> Episode:
    return Episode(
        episode_id="W", indicator_id="failure_rate", key=SeriesKey("product_origin", "import", "HS", product, "VN", hazard),
        onset_week=MONDAY, last_week=MONDAY, first_raised_on=MONDAY, status="open", quiet_weeks=0, closed_on=None, reopened_on=None,
        evidence=EVIDENCE, absorbed_by="", proposal="",
    )  # fmt: skip


def test_a_hazard_decides_only_if_it_makes_up_a_fifth() -> None:
    rows = (("all", "all", 20), ("hazard_category", "energy_efficiency", 17), ("hazard_category", "fire", 3))
    found = assess([episode()], behind(*rows))["W"]
    assert [s.hazard_category for s in found.scenarios] == ["energy_efficiency"]
    assert found.level.risk_level == "low"
    grave = (("all", "all", 20), ("hazard_category", "energy_efficiency", 16), ("hazard_category", "fire", 4))
    assert assess([episode()], behind(*grave))["W"].level.risk_level == "serious"


def test_the_rate_is_that_of_the_hazard_among_the_inspected_lots() -> None:
    found = assess([episode("fire")], behind(("all", "all", 5), ("hazard_category", "fire", 5), inspected=50))["W"]
    (row,) = assessment_table({"W": found}).to_dict("records")
    assert set(row) == set(COLUMNS)
    assert (row["hazard_category"], row["rate"]) == ("fire", pytest.approx(0.1))


def test_urgency_and_influence_come_from_what_is_behind() -> None:
    regions = [("region", str(n), 1) for n in range(6)]
    assert assess([episode("labelling")], behind(("all", "all", 6), *regions))["W"].level.raised_by == "regions"
    assert assess([episode("labelling")], behind(("all", "all", 6), declared=5000))["W"].level.raised_by == "volume"
    assert assess([episode("labelling")], behind(("all", "all", 6)))["W"].level.raised_by == ""


def test_halves_of_a_window() -> None:
    weeks = [("week", (MONDAY - timedelta(weeks=ago)).isoformat(), 10**ago) for ago in range(4)]
    told = behind(*weeks)
    assert told.halves("W", MONDAY, 4) == (1100, 11)
    assert told.halves("W", MONDAY, 3) == (1110, 1)  # of an odd window the middle week is the earlier half's
    assert told.halves("W", MONDAY, 2) == (1110, 1)
    assert told.halves("W", MONDAY, 1) == (0, 0)


@pytest.mark.parametrize("cell", [None, pd.NaT, float("nan")])
def test_a_cell_without_a_day(cell: object) -> None:
    assert day_of_cell(cell) is None
    assert day_of_cell(pd.Timestamp("2026-11-20 08:00")) == day_of_cell("2026-11-20") == date(2026, 11, 20)
