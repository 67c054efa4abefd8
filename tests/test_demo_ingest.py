"""The demo's files through the production ingest: what was planted as dirt is set aside, what must be kept is kept, nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import duckdb
import pandas as pd
import pytest

from riskwarn.demo.deliveries import Drop, deliveries, drop, periods
from riskwarn.demo.generate import Facts, generate
from riskwarn.demo.hazards import HAZARDS
from riskwarn.ingest.intake import take_in
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings


@dataclass(frozen=True)
class Taken:
    """One week of every source and the odd files, taken in: the drops and their deliveries by file name."""

    facts: Facts
    settings: Settings
    drops: dict[str, Drop]
    found: dict[str, Delivery]

    def typed(self, source: str) -> pd.DataFrame:
        pattern = str(self.settings.lake / "typed" / source / "*.parquet")
        return duckdb.execute("from read_parquet(?, union_by_name = true)", [pattern]).df()

    def one(self, start: str) -> Drop:
        return next(drop for name, drop in self.drops.items() if name.startswith(start))

    def with_fate(self, fate: str) -> Drop:
        return next(drop for drop in self.drops.values() if planted(drop, fate))


def planted(one: Drop, fate: str) -> int:
    return sum(dirt.rows for dirt in one.dirt if dirt.fate == fate)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    facts = generate(3)
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    every = deliveries(facts)
    week = periods(facts.world.end)[4].last
    odd = [one for one in every if one.name.startswith(("更正_", "副本_")) or planted(one, "file_quarantined") or planted(one, "reported")]
    firsts = {one.name.split("_", 1)[1] for one in odd if one.name.startswith(("更正_", "副本_"))}
    friday = week - timedelta(days=2)  # declared lots come on Fridays
    some = [one for one in every if one.delivered_on in (friday, week) or one in odd or one.name in firsts]
    found: dict[str, Delivery] = {}
    for day in sorted({one.delivered_on for one in some}):  # as the nights take them: in order of delivery
        due = [one for one in some if one.delivered_on == day]
        for one in due:
            drop(settings.landing, one)
        night = day + timedelta(days=1)
        for source in sorted({one.source for one in due}):
            found |= {d.file_name: d for d in take_in(settings, Lake(settings.lake), source, today=night, night=night, history=False)}
    return Taken(facts, settings, {one.name: one for one in some}, found)


def test_planted_rows_are_set_aside_and_nothing_else(taken: Taken) -> None:
    plain = [one for name, one in taken.drops.items() if not name.startswith(("更正_", "副本_")) and not planted(one, "file_quarantined")]
    assert len({one.source for one in plain}) == 7
    for one in plain:
        found = taken.found[one.name]
        if found.duplicates:  # of two equal files either may be the copy
            continue
        assert (found.read, found.quarantined) == (len(one.frame), planted(one, "quarantined")), (one.name, found.issues)
        assert found.read == found.accepted + found.quarantined


def test_odd_codes_are_read_as_what_they_are(taken: Taken) -> None:
    lots = taken.typed("port_inspections")
    kept = lots[lots["reasons"].map(len) == 0].drop_duplicates("inspection_id").set_index("inspection_id")
    cells = taken.facts.lots.set_index("inspection_id")["cell"].map(lambda number: taken.facts.world.cells[number])
    truth = cells.reindex(kept.index).dropna()
    assert len(truth) > 0.98 * len(kept)
    read = kept.loc[truth.index]
    assert (read["hs_code"] == truth.map(lambda cell: cell.product.hs10)).all()
    assert (read["origin_country"] == truth.map(lambda cell: cell.origin)).all()
    assert (read["direction"] == truth.map(lambda cell: cell.direction)).all()
    assert kept["trade_mode"].isin(["0110", "1210"]).all() and kept["selection"].isin(["random", "targeted", "follow_up"]).all()
    flags = kept["flags"].explode().value_counts()
    assert flags["uscc_check_failed"] > 0 and flags["origin_unrecognised"] > 0


def test_repeated_rows_are_duplicates(taken: Taken) -> None:
    again, twice = taken.one("更正_"), taken.one("副本_")
    assert taken.found[again.name].duplicates == planted(again, "duplicate")
    assert taken.found[again.name].accepted == 1
    first = taken.drops[twice.name.removeprefix("副本_")]
    copies = [taken.found[name] for name in (twice.name, first.name) if name in taken.found]
    assert sum(d.accepted for d in copies) == len(first.frame) - planted(first, "quarantined")


def test_a_missing_column_costs_the_file_and_an_unknown_one_a_word(taken: Taken) -> None:
    lacking, extra = taken.found[taken.with_fate("file_quarantined").name], taken.found[taken.with_fate("reported").name]
    assert lacking.verdict == "quarantined" and any("report_type" in issue.detail for issue in lacking.issues)
    assert extra.verdict == "ok" and any("instrument" in issue.detail for issue in extra.issues)


def test_nobody_named_in_a_narrative_gets_past_ingest(taken: Taken) -> None:
    complaints = taken.typed("consumer_complaints")
    text = complaints.astype(object).apply(lambda row: " ".join(map(str, row)), axis=1)
    people = taken.facts.complaints.set_index("complaint_id")
    leaks = [
        (complaint, column)
        for complaint, row in zip(complaints["complaint_id"], text, strict=True)
        if complaint in people.index
        for column in ("phone", "id_number", "address", "email", "complainant")
        if str(people.at[complaint, column]) in row
    ]
    assert len(complaints) > 100 and leaks == []


def test_complaints_are_read_as_the_hazards_they_tell_of(taken: Taken) -> None:
    read = taken.typed("consumer_complaints").dropna(subset="complaint_id").drop_duplicates("complaint_id").set_index("complaint_id")
    told = taken.facts.complaints[taken.facts.complaints["hazard"] != ""].set_index("complaint_id")["hazard"]
    both = pd.concat([read["hazard_category"], told.map(lambda key: HAZARDS[key].category)], axis=1, join="inner")
    same = both["hazard_category"] == both["hazard"]
    assert len(both) > 50 and same.mean() > 0.7, both[~same].value_counts().head(12)
