"""The synthetic country: valid codes, pure in its seed, and the planted events really in the data."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskwarn import names
from riskwarn.demo.country import END, USCC_ALPHABET, build_world, calendar_days, uscc_check, workload
from riskwarn.demo.events import DECOYS, TRUTH_COLUMNS, Event, truth_frame
from riskwarn.demo.generate import Facts, generate
from riskwarn.demo.hazards import HAZARDS
from riskwarn.demo.plan import planted
from riskwarn.demo.products import ALERT_CODES, PRODUCTS
from riskwarn.demo.texts import identity_check, luhn_complete

SEED = 3


@pytest.fixture(scope="module")
def facts() -> Facts:
    return generate(SEED)


def event_of(facts: Facts, event_id: str) -> Event:
    return next(event for event in facts.events if event.event_id == event_id)


def rates(facts: Facts, event: Event) -> tuple[float, float, float]:
    """(failure rate within the event, before it, lots a week within over lots a week before) of the lines it concerns."""
    hit = [number for number, cell in enumerate(facts.world.cells) if event.concerns(cell)]
    lots = facts.lots[facts.lots["cell"].isin(hit)]
    inside = event.factor(facts.world.days)[lots["day"]] > 1.2
    before = lots["sampled_on"] < np.datetime64(event.onset)
    weeks_in, weeks_before = (lots[rows]["day"] // 7 for rows in (inside, before))
    pace = len(weeks_in) / weeks_in.nunique() / (len(weeks_before) / weeks_before.nunique())
    return float(lots[inside]["is_failed"].mean()), float(lots[before]["is_failed"].mean()), pace


def test_uscc_of_the_published_example_and_of_every_enterprise() -> None:
    # 91350100M000100Y43 is the example of GB 32100 itself.
    assert uscc_check("91350100M000100Y4") == "3"
    codes = build_world(SEED).enterprises["uscc"]
    assert len(codes) == 300 and codes.is_unique
    assert all(len(code) == 18 and set(code) <= set(USCC_ALPHABET) and uscc_check(code[:17]) == code[17] for code in codes)


@given(st.text(alphabet=USCC_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(USCC_ALPHABET))
def test_uscc_check_notices_any_single_wrong_character(body: str, place: int, other: str) -> None:
    changed = body[:place] + other + body[place + 1 :]
    assert (uscc_check(changed) == uscc_check(body)) == (changed == body)


def test_customs_codes_are_ten_digits_of_an_own_district() -> None:
    enterprises = build_world(SEED).enterprises
    assert enterprises["customs_code"].str.fullmatch(r"\d{10}").all() and enterprises["customs_code"].is_unique


def test_identity_and_card_numbers_carry_their_check_digits() -> None:
    assert identity_check("11010519491231002") == "X"  # the example of GB 11643
    assert luhn_complete("7992739871") == "79927398713"


def test_headings_and_hazards_exist_in_the_reference_files() -> None:
    for product in PRODUCTS:
        assert names.product("HS", product.hs4, "en") != product.hs4, product.hs10
        assert len(product.hs10) == 10 and {key for key, _ in product.hazards} <= set(HAZARDS)
    for hazard in HAZARDS.values():
        assert names.hazard_severity(hazard.category) is not None, hazard.key
    for code in ALERT_CODES.values():
        assert names.product("RASFF", code, "zh_CN") != code


def test_another_seed_gives_another_country(facts: Facts) -> None:
    """That the same seed gives the same is tested with its files (test_demo_deliveries.py)."""
    assert len(generate(SEED + 1).lots) != len(facts.lots)


def test_sizes_are_those_of_a_province(facts: Facts) -> None:
    assert 60_000 < len(facts.lots) < 110_000
    assert 10_000 < len(facts.complaints) < 15_000
    assert 2_000 < len(facts.enterprise_reports) < 3_000
    assert 6_000 < len(facts.notifications) + len(facts.recalls) < 10_000
    assert 0.01 < facts.lots["is_failed"].mean() < 0.05
    assert {cell.origin for cell in facts.world.cells} >= {"NA", "CN", "VN"}


def test_holidays_empty_the_ports(facts: Facts) -> None:
    by_day = facts.lots.groupby("sampled_on").size()
    spring_festival = by_day.reindex(pd.date_range("2026-02-16", "2026-02-19"), fill_value=0).mean()
    assert spring_festival < 0.2 * by_day.reindex(pd.date_range("2026-03-16", "2026-03-19")).mean()
    shifted = workload(calendar_days(END))[(np.datetime64("2026-10-10") - calendar_days(END)[0]).astype(int)]
    assert shifted == 1.0  # a Saturday that is worked for National Day


def test_results_come_after_sampling_and_never_after_the_end(facts: Facts) -> None:
    known = facts.lots[facts.lots["resulted_on"].notna()]
    assert (known["resulted_on"] > known["sampled_on"]).all()
    assert facts.lots["resulted_on"].max() <= facts.world.days[-1]
    recent = facts.lots["sampled_on"] > np.datetime64(END) - np.timedelta64(7, "D")
    assert facts.lots.loc[recent, "resulted_on"].isna().mean() > 0.3
    complaints = facts.complaints
    assert (complaints["received_on"] <= date(2026, 11, 21)).all()
    late = pd.to_datetime(complaints["received_on"]) - pd.to_datetime(complaints["occurred_on"])
    assert (late.dropna() >= pd.Timedelta(0)).all() and (late > pd.Timedelta(days=14)).sum() > 100


@pytest.mark.parametrize("event_id", ["E01", "E03", "E04", "E05", "E12", "E15"])
def test_failure_events_raise_the_rate_about_as_much_as_the_truth_says(facts: Facts, event_id: str) -> None:
    event = event_of(facts, event_id)
    inside, before, _ = rates(facts, event)
    assert 0.4 * event.magnitude < inside / before < 2.0 * event.magnitude


def test_decoys_change_the_volume_and_not_the_rate_within_a_selection(facts: Facts) -> None:
    step = event_of(facts, "E08")
    inside, before, pace = rates(facts, step)
    assert pace > 2 and 0.3 < inside / before < 2.5
    campaign = event_of(facts, "E09")
    hit = [number for number, cell in enumerate(facts.world.cells) if campaign.concerns(cell)]
    lots = facts.lots[facts.lots["cell"].isin(hit)]
    during = lots["sampled_on"] >= np.datetime64(campaign.onset)
    share = lots["selection"].eq("targeted").groupby(during).mean()
    assert share[True] > 1.5 * share[False]
    assert (lots["caused_by"] == "").all()


def test_the_first_of_its_kind_was_never_seen_before(facts: Facts) -> None:
    event = event_of(facts, "E05")
    hit = [number for number, cell in enumerate(facts.world.cells) if event.concerns(cell)]
    seen = facts.findings[facts.findings["cell"].isin(hit) & (facts.findings["hazard"] == event.hazard)]
    assert len(seen) >= 3 and (seen["sampled_on"] >= np.datetime64(event.onset)).all()


def test_complaint_events_stand_out_and_grave_ones_are_single(facts: Facts) -> None:
    caused = facts.complaints["caused_by"].value_counts()
    assert caused["E06"] >= 10 and caused["E13"] >= 4 and caused["E07"] == 1
    assert (facts.complaints["death_count"] == "1").sum() == 1
    assert (facts.complaints["injury_severity"] == "4").sum() == 1
    assert (facts.enterprise_reports["injury_severity"] == 4).sum() == 1


def test_truth_has_its_columns_and_its_kinds() -> None:
    truth = truth_frame(planted(END))
    assert tuple(truth.columns) == TRUTH_COLUMNS
    assert {"burst", "ramp", "origin_wide", "product_wide", "first_of_a_kind", "complaint_only", "grave_injury", "late_correction"} < set(
        truth["kind"]
    )
    assert not truth.loc[truth["kind"].isin(DECOYS), "expected_detectable"].any()
    assert all(day.weekday() == 0 for day in truth["onset_week"])
    assert all(day.weekday() == 0 for day in truth["end_week"].dropna())
    assert (truth["onset_week"] >= date(2026, 11, 16)).sum() >= 2  # begun within the last seven nights
    assert truth["event_id"].is_unique and (truth["note_zh"] != truth["note_en"]).all()


def test_a_later_end_moves_the_events_along() -> None:
    sooner, later = planted(date(2026, 11, 22)), planted(date(2026, 11, 29))
    assert {(b.onset - a.onset).days for a, b in zip(sooner, later, strict=True)} == {7}
