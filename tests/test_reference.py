"""Reference data: countries, hazards, products, HS names, and the macros that look them up."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskwarn.ingest import reference
from riskwarn.ingest.reference import ReferenceConflictError, load_reference
from riskwarn.places import REFERENCE
from riskwarn.sql import Connection, run_folder


@pytest.fixture(scope="module")
def con() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        load_reference(connection)
        run_folder(connection, "00_macros")
        yield connection


def one(con: Connection, call: str, *values: str | None) -> object:
    found = con.execute(f"select {call}", list(values)).fetchone()
    assert found is not None
    return found[0]


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NA", "NA"), ("Namibia", "NA"), ("纳米比亚", "NA"), ("Turkey", "TR"), ("Türkiye", "TR"), ("TÜRKIYE", "TR"), ("Viet Nam", "VN"),
        ("Vietnam", "VN"), ("Ivory Coast", "CI"), ("Côte d’Ivoire", "CI"), ("Korea, Republic of", "KR"), ("Korea", "KR"),
        ("North Korea", "KP"), ("Czechia", "CZ"), ("the Czech Republic", "CZ"), ("Germany (DE)", "DE"), ("United Kingdom (GB)", "GB"),
        ("UK", "GB"), ("USA", "US"), ("美国", "US"), ("中华人民共和国", "CN"), ("Peoples Republic of China", "CN"), ("HKG", "HK"),
        ("China (Hong Kong)", "HK"), ("中国香港", "HK"), ("香港", "HK"), ("澳门", "MO"), ("台澎金马关税区", "TW"),
        ("Chinese Taipei", "TW"),
        ("110", "HK"), ("116", "JP"), ("143", "TW"), ("502", "US"), ("133", "KR"), ("European Commission", "EU"), ("BU", "MM"),
        ("Democratic Republic of the Congo", "CD"), ("Congo (Brazzaville)", "CG"), ("Gambia (the)", "GM"), ("Niger", "NE"),
        ("unknown origin", "unknown"), ("国别不详", "unknown"), ("701", "unknown"), ("Atlantis", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_country_code(con: Connection, text: str | None, code: str | None) -> None:
    assert one(con, "country_code($1)", text) == code


def test_every_country_is_found_by_each_of_its_codes_and_names(con: Connection) -> None:
    spellings = "select country_code as code, unnest([country_code, alpha3, gacc_code, name_en, name_zh]) as spelling from ref_country"
    query = f"select code, spelling from ({spellings}) where spelling is not null and country_code(spelling) is distinct from code"
    assert con.execute(query).fetchall() == []


def test_territories_go_by_their_proper_names() -> None:
    names = {row["country_code"]: (row["name_en"], row["name_zh"]) for row in rows("countries.csv")}
    assert names["HK"] == ("Hong Kong, China", "中国香港")
    assert names["MO"] == ("Macao, China", "中国澳门")
    assert names["TW"] == ("Chinese Taipei", "中国台湾")
    assert not [code for code, (_, zh) in names.items() if zh in ("香港", "澳门", "台湾")]


def test_legacy_customs_codes_are_three_digits_and_each_used_once() -> None:
    codes = [row["gacc_code"] for row in rows("countries.csv") if row["gacc_code"]]
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    assert len(set(codes)) == len(codes) > 190


@given(name=st.sampled_from([row["alias"] for row in rows("country_aliases.csv")]), data=st.data())
def test_case_blanks_and_brackets_do_not_change_a_country(con: Connection, name: str, data: st.DataObject) -> None:
    change = data.draw(st.sampled_from([str.upper, str.lower, "  {} ".format, "{} (import)".format, "the {}".format]))
    assert one(con, "country_code($1)", change(name)) == one(con, "country_code($1)", name)


@pytest.mark.parametrize(
    ("system", "text", "category"),
    [
        ("rasff", "Pesticide residues", "pesticide_residues"), ("rasff", "metals", "heavy_metals"), ("rasff", "hm", "heavy_metals"),
        ("rasff", "GMO / novel food", "gmo_novel_food"), ("rasff", "novel food", "gmo_novel_food"),
        ("fda_refusal", "9", "pathogenic_microorganisms"),
        ("safety_gate", "Damage to sight", "sight_damage"), ("*", "农药残留", "pesticide_residues"),
        ("*", "兽药残留", "veterinary_drug_residues"),
        ("*", "重金属", "heavy_metals"), ("*", "黄曲霉毒素B1", "mycotoxins"), ("*", "致病菌", "pathogenic_microorganisms"),
        ("*", "标签", "labelling"),
        ("*", "食品添加剂", "food_additives"), ("*", "小零件", "choking"), ("*", "电击", "electric_shock"), ("*", "火灾", "fire"),
        ("*", "化学危害", "chemical"), ("*", "n/a", "unknown"), ("*", "9", None), ("*", "没有听说过", None), ("*", None, None),
    ],
)  # fmt: skip
def test_hazard_category_of(con: Connection, system: str, text: str | None, category: str | None) -> None:
    assert one(con, "hazard_category_of($1, $2)", system, text) == category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("充电时突然起火,烧到手", "fire"), ("使用时触电", "electric_shock"), ("孩子吞下小零件", "choking"),
        ("吃完上吐下泻", "poisoning_ingestion"),
        ("product may contain metal fragments", "foreign_bodies"), ("shampoo bottle", "packaging_defective"), ("今天天气很好", None),
        (None, None),
    ],
)  # fmt: skip
def test_hazard_category_in_free_text(con: Connection, text: str | None, category: str | None) -> None:
    assert one(con, "hazard_category_in($1)", text) == category


def test_vague_words_count_only_where_no_plain_one_is_found(con: Connection) -> None:
    assert one(con, "list_transform(hazards_in('food', $1), lambda h: h.hazard_category)", "label fails to declare milk") == ["allergens"]
    assert one(con, "list_transform(hazards_in('food', $1), lambda h: h.hazard_category)", "wrong label") == ["labelling"]
    assert one(con, "hazards_in('consumer', $1)", "Salmonella") is None


def test_an_era_s_spelling_of_a_category_does_not_change_its_code(con: Connection) -> None:
    for old, new in (("fish and fish products", "Fish and products thereof"), ("natural mineral water", "Natural mineral waters")):
        assert one(con, "product_code_of('RASFF', $1)", old) == one(con, "product_code_of('RASFF', $1)", new) != "unknown"
    assert one(con, "product_code_of('RASFF', $1)", "garden gnomes") == "unknown"
    assert one(con, "product_code_of('RASFF', $1)", None) == "unknown"


def test_files_agree_with_each_other() -> None:
    hazards = {row["hazard_category"] for row in rows("hazard_categories.csv")}
    assert len(hazards) == len(rows("hazard_categories.csv"))
    for name in ("hazard_aliases.csv", "hazard_keywords.csv"):
        assert {row["hazard_category"] for row in rows(name)} <= hazards, name
    products = {(row["product_scheme"], row["product_code"]) for row in rows("product_categories.csv")}
    assert len(products) == len(rows("product_categories.csv"))
    for name in ("product_aliases.csv", "product_keywords.csv"):
        assert {(row["product_scheme"], row["product_code"]) for row in rows(name)} <= products, name
    countries = {row["country_code"] for row in rows("countries.csv")}
    assert {row["country_code"] for row in rows("country_aliases.csv")} - countries == {"unknown"}


def test_hazards_are_named_and_graded_with_a_reason() -> None:
    for row in rows("hazard_categories.csv"):
        assert all(row.values()), row
        assert row["severity"] in "1234" and row["domain"] in ("food", "consumer", "both", "quarantine")


def test_hs_names_cover_all_chapters_and_agree_with_categories() -> None:
    names = {row["hs_code"]: row for row in rows("hs_names.csv")}
    assert {f"{chapter:02}" for chapter in range(1, 98)} <= set(names)
    assert len([code for code in names if len(code) == 4]) >= 150
    assert all(row["name_en"] and row["name_zh"] for row in names.values())
    for row in rows("product_categories.csv"):
        assert row["hs2"] == "unknown" or row["hs2"] in names
        assert row["hs4"] == "unknown" or (row["hs4"] in names and row["hs4"].startswith(row["hs2"]))


def test_a_spelling_with_two_codes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in REFERENCE.glob("*.csv"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text + ("türkei,TR\nTurkei,TM\n" if file.name == "country_aliases.csv" else ""), encoding="utf-8")
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    with duckdb.connect() as connection, pytest.raises(ReferenceConflictError, match="country_aliases"):
        load_reference(connection)
