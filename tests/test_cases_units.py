"""Units: the tree, and the rule that gives a new warning to one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_stores import NIGHT, listed, seen_at

from riskwarn.cases import CaseStore, open_store
from riskwarn.cases.books import load_books
from riskwarn.cases.reviewed import SHIPPED, ReviewedDataError
from riskwarn.cases.store import events_by_district
from riskwarn.cases.units import load_units
from riskwarn.settings import Settings

UNITS = load_units()


@pytest.mark.parametrize(
    ("districts", "owner"),
    [
        ({"2248": 5, "2233": 2}, "shanghai_yangshan"),  # most of it at one subordinate customs
        ({"2248": 3, "2233": 3, "2201": 1}, "shanghai"),  # at two: the one above both
        ({"2248": 3, "5316": 3}, "shanghai_yangshan" if "shanghai_yangshan" > "shenzhen_yantian" else "shenzhen_yantian"),
        ({"2201": 2, "5301": 2, "0201": 2}, "gacc"),  # spread over the country
        ({"9999": 4}, None),  # of nobody's district
    ],
)
def test_the_lowest_unit_with_half_of_the_events_owns_the_warning(districts: dict[str, int], owner: str | None) -> None:
    assert UNITS.owner("product_origin", districts, ["port_inspections"]) == owner


def test_wide_scopes_and_other_sources_have_rules_of_their_own() -> None:
    assert UNITS.owner("origin", {"2248": 9}, ["port_inspections"]) is None
    assert UNITS.owner("product_origin", {}, ["consumer_complaints"]) == "samr"
    assert UNITS.owner("product_origin", {}, ["consumer_complaints", "foreign_alerts"]) is None
    assert UNITS.owner("product_origin", {}, []) is None


def test_a_warning_of_nobody_belongs_to_the_root() -> None:
    assert (UNITS.known(None), UNITS.known("abolished"), UNITS.name(None, "zh_CN")) == ("gacc", "gacc", "海关总署")
    assert UNITS.chain("shanghai_yangshan") == ("shanghai_yangshan", "shanghai", "gacc")
    assert UNITS.covers("shanghai", "shanghai_yangshan")
    assert not UNITS.covers("shanghai_yangshan", "shanghai")
    assert (UNITS.may_issue("gacc"), UNITS.may_issue("shanghai"), UNITS.may_issue("shanghai_yangshan")) == ("national", "regional", "none")


def test_districts_are_read_from_declaration_numbers_only() -> None:
    evidence = seen_at("2201", "2201", "5301")
    evidence.loc[len(evidence)] = ["E1", "port_inspections", "C2201230001"]  # an inspection without a declaration
    evidence.loc[len(evidence)] = ["E1", "consumer_complaints", "220120260000000001"]
    assert events_by_district(evidence) == {"E1": {"2201": 2, "5301": 1}}
    assert events_by_district(None) == {}


def test_the_night_proposes_the_unit_and_a_newer_night_may_propose_another(store: CaseStore) -> None:
    store.follow(listed(), NIGHT, seen_at("2248", "2248"))
    assert store.case("E1").unit_id == "shanghai_yangshan"
    store.follow(listed(), NIGHT.replace(day=20), seen_at("2248", "5316", "0201"))
    assert store.case("E1").unit_id == "gacc"
    store.follow(listed(), NIGHT, seen_at("2248"))  # an old night again
    assert store.case("E1").unit_id == "gacc"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('parent = "shanghai"', 'parent = "atlantis"', "unknown parent atlantis"),
        ('id = "samr"', 'id = "gacc"', "twice"),
        ('districts = ["2233"]', 'districts = ["2248"]', "same customs district"),
        ('districts = ["2248"]', 'districts = ["22480"]', "four digits"),
        ('root = "gacc"', 'root = "none"', "unknown root"),
        ('regional"\nsubordinate', 'local"\nsubordinate', "kinds issue"),
        (
            'kind = "headquarters"\n\n[[unit]]\nid = "samr"',
            'kind = "headquarters"\nparent = "shanghai"\n\n[[unit]]\nid = "samr"',
            "above itself",
        ),
        ('root = "gacc"', "root = gacc", "units.toml"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_its_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (SHIPPED / "units.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "units.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReviewedDataError, match=said) as refused:
        load_units(tmp_path)
    assert str(tmp_path / "units.toml") in str(refused.value)


def test_a_home_may_have_units_of_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.config.mkdir(parents=True)
    (settings.config / "units.toml").write_text(
        'root = "x"\n[rule]\nshare = 0.5\nnational_scopes = []\n[rule.by_source]\n[kinds]\nport = "none"\n'
        '[[unit]]\nid = "x"\nname_zh = "某"\nname_en = "Some"\nkind = "port"\n',
        encoding="utf-8",
    )
    with open_store(settings) as store:
        assert store.books.units.root == "x"
    assert load_books(None).units.root == "gacc"
