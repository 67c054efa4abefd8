"""Foreign alerts: each system's native format on tiny files, through the whole of ingest."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import foreign_alert_files as files
import pandas as pd
import pytest

from riskwarn.demo.formats import xlsx_bytes
from riskwarn.settings import Settings


def only(settings: Settings, name: str, content: bytes) -> dict[str, Any]:
    (delivery,) = files.ingest(settings, {name: content})
    assert (delivery.read, delivery.accepted, delivery.issues) == (1, 1, ())
    (row,) = files.typed(settings)
    return row


def many(settings: Settings, base: dict[str, str], column: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """The typed rows of one file whose rows differ in one column (and in their reference), in the order of ``texts``."""
    key = next(name for name in ("Reference", "reference", "Recall Number") if name in base)
    made = [base | {key: f"2019.{number:04}", column: text} for number, text in enumerate(texts, 1000)]
    (delivery,) = files.ingest(settings, {"a.csv": files.csv_bytes(made)})
    assert (delivery.read, delivery.accepted) == (len(texts), len(texts))
    return files.typed(settings)


def pairs(row: dict[str, Any]) -> list[tuple[str | None, str]]:
    return [(hazard["substance"], hazard["hazard_category"]) for hazard in row["hazards"]]


def window_xlsx(*rows: tuple[object, ...]) -> bytes:
    return xlsx_bytes(pd.DataFrame(rows, columns=list(files.WINDOW_HEADINGS)))


def test_rasff_spreadsheet(settings: Settings) -> None:
    row = only(settings, "a.csv", b"\xef\xbb\xbf" + files.csv_bytes([files.RASFF_2020]))
    assert (row["system"], row["reference"], row["notifying_country"]) == ("rasff", "2020.4321", "DE")
    assert (row["origin_countries"], row["product_scheme"], row["product_code"]) == (["IN"], "RASFF", "nuts_seeds")
    assert pairs(row) == [("ethylene oxide", "pesticide_residues")]
    assert row["event_on"] == row["received_on"] == row["known_on"] == date(2020, 10, 20)
    assert row["flags"] == []


ORIGINS: list[tuple[str, list[str], list[str]]] = [
    ("France; India", ["FR", "IN"], []),
    ("Korea, Republic of", ["KR"], []),
    ("Netherlands, India", ["NL", "IN"], []),
    ("Germany,Türkiye,unknown origin", ["DE", "TR"], ["origin_partly_unknown"]),
    ("Germany,Korea, Republic of", ["DE", "KR"], []),
    ("China,Hong Kong", ["CN", "HK"], []),
    ("China, Hong Kong", ["HK"], []),
    ("Bosnia and Herzegovina", ["BA"], []),
    ("India; India", ["IN"], []),
    ("NA", ["NA"], []),
    ("Atlantis", ["unknown"], ["origin_unrecognised"]),
    ("unknown origin", ["unknown"], ["origin_missing"]),
    ("", ["unknown"], ["origin_missing"]),
]


def test_several_origins(settings: Settings) -> None:
    found = many(settings, files.RASFF_2020, "Country Origin", [text for text, _, _ in ORIGINS])
    assert [(row["origin_countries"], row["flags"]) for row in found] == [(codes, flags) for _, codes, flags in ORIGINS]


HAZARDS: list[tuple[str, str, list[tuple[str | None, str]], list[str]]] = [
    (
        "Aflatoxin B1 - mycotoxins; Aflatoxin total - mycotoxins",
        "Mycotoxins; Mycotoxins",
        [("aflatoxin b1", "mycotoxins"), ("aflatoxin total", "mycotoxins")],
        [],
    ),
    (
        "Nitrite - too high content of - composition; Cadmium - heavy metals",
        "Composition; Heavy metals",
        [("nitrite", "composition"), ("cadmium", "heavy_metals")],
        [],
    ),
    ("3-monochlor-1,2-propanediol", "process contaminants", [("3-monochlor-1,2-propanediol", "industrial_contaminants")], []),
    ("Lead; Cadmium", "metals", [("lead", "heavy_metals"), ("cadmium", "heavy_metals")], []),
    ("Salmonella; Salmonella", "Pathogenic micro-organisms; Pathogenic micro-organisms", [("salmonella", "pathogenic_microorganisms")], []),
    ("n/a; n/a", "n/a; n/a", [(None, "unknown")], ["hazard_missing"]),
    ("", "", [(None, "unknown")], ["hazard_missing"]),
    ("kryptonite", "green rocks", [("kryptonite", "other_hazard")], ["hazard_unrecognised"]),
    (
        "a; b; c",
        "Mycotoxins; metals",
        [("a", "mycotoxins"), ("b", "heavy_metals"), ("c", "other_hazard")],
        ["hazard_unrecognised", "hazards_unpaired"],
    ),
]  # fmt: skip


def test_hazards_are_paired_by_position(settings: Settings) -> None:
    rows = [
        files.RASFF_2020 | {"Reference": f"2019.{number}", "Hazard Substance": substances, "Hazard Category": categories}
        for number, (substances, categories, _, _) in enumerate(HAZARDS, 1000)
    ]
    files.ingest(settings, {"a.csv": files.csv_bytes(rows)})
    assert [(pairs(row), row["flags"]) for row in files.typed(settings)] == [(expected, flags) for _, _, expected, flags in HAZARDS]


def test_rasff_window_puts_lost_zeros_back(settings: Settings) -> None:
    row = only(settings, "a.xlsx", window_xlsx(files.WINDOW))
    assert (row["reference"], row["flags"]) == ("2019.4520", ["reference_padded"])
    assert (row["origin_countries"], row["event_on"]) == (["DE", "TR"], date(2019, 3, 26))
    assert pairs(row) == [(name, "pesticide_residues") for name in ("2,4-d", "chlorpyrifos", "thiamethoxam")]
    assert (row["classification"], row["risk_decision"]) == ("alert notification", "serious")


def test_the_same_notification_in_two_formats_has_one_key(settings: Settings) -> None:
    sheet = files.csv_bytes([files.RASFF_2020 | {"Reference": "2019.4520"}])
    files.ingest(settings, {"a.csv": sheet, "b.xlsx": window_xlsx(files.WINDOW)})
    assert [row["reference"] for row in files.typed(settings)] == ["2019.4520", "2019.4520"]


def test_rasff_chemical_gathers_the_hazards_of_a_reference(settings: Settings) -> None:
    second = files.RASFF_CHEMICAL | {"hazard": "co", "chemical": "iodine"}
    (delivery,) = files.ingest(settings, {"a.csv": files.csv_bytes([files.RASFF_CHEMICAL, second])})
    assert (delivery.read, delivery.accepted, delivery.duplicates) == (2, 1, 1)
    (row,) = files.typed(settings)
    assert pairs(row) == [("mercury", "heavy_metals"), ("iodine", "composition")]
    assert (row["origin_countries"], row["event_on"], row["product_code"]) == (["LV"], date(2015, 9, 21), "fish")


PHRASES = [
    ("Bolivia", ["BO"]),
    ("the United States, via Austria and via Hungary", ["US"]),
    ("Spain, with raw material from China", ["ES"]),
    ("the United Kingdom, Hungary, Poland and the United States", ["GB", "HU", "PL", "US"]),
    ("Thailand containing Senna and Garcinia (Sennae folium)", ["TH"]),
    ("horses slaughtered in Italy, originating from Poland", ["IT", "PL"]),
    ("the Former Yugoslav Republic of Macedonia", ["MK"]),
]


def test_origin_phrases_of_old_subjects(settings: Settings) -> None:
    found = many(settings, files.RASFF_CHEMICAL, "origin", [phrase for phrase, _ in PHRASES])
    assert [row["origin_countries"] for row in found] == [codes for _, codes in PHRASES]


def test_fda_lines_keep_all_their_charges_and_count_by_entry(settings: Settings) -> None:
    lines = [
        files.FDA_REFUSAL,
        files.FDA_REFUSAL | {"REFUSAL_CHARGES": "249"},
        files.FDA_REFUSAL | {"LINE_NUM": "3", "REFUSAL_CHARGES": "2860, 482"},
    ]
    (delivery,) = files.ingest(settings, {"a.csv": files.csv_bytes(lines, "cp1252")})
    assert (delivery.read, delivery.accepted, delivery.duplicates) == (3, 2, 1)
    first, second = files.typed(settings)
    assert (first["reference"], first["event_key"]) == ("002-6133700-0-1-2-", "002-6133700-0")
    assert [category for _, category in pairs(first)] == ["pathogenic_microorganisms", "filth_decomposition"]
    assert [category for _, category in pairs(second)] == ["veterinary_drug_residues", "labelling"]
    assert (first["event_on"], first["origin_countries"], first["product_code"]) == (date(2004, 9, 2), ["BD"], "fishery_seafood")
    assert first["subject"].endswith("Élan Café")


def openfda_lines() -> bytes:
    return (json.dumps(files.OPENFDA) + "\n").encode()


def openfda_api() -> bytes:
    return json.dumps({"meta": {"results": {"total": 1}}, "results": [files.OPENFDA | {"openfda": {}}]}).encode()


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson.gz"])
def test_openfda(settings: Settings, name: str) -> None:
    content = {"a.jsonl": openfda_lines(), "a.json": openfda_api(), "a.ndjson.gz": gzip.compress(openfda_lines())}[name]
    row = only(settings, name, content)
    assert (row["reference"], row["event_key"], row["notifying_country"]) == ("F-1387-2012", "61924", "US")
    assert (row["event_on"], row["received_on"]) == (date(2012, 5, 18), date(2012, 6, 20))
    assert pairs(row) == [("salmonella", "pathogenic_microorganisms"), ("milk", "allergens")]
    assert (row["origin_countries"], row["product_code"]) == (["CN"], "candy")
    assert set(row["flags"]) == {"origin_inferred", "hazard_inferred", "product_category_inferred"}
    assert row["is_grave"] is False, "Class I and a death that could happen are not a death"


def test_the_firm_s_country_is_not_the_origin(settings: Settings) -> None:
    changed = files.OPENFDA | {"product_description": "Sesame candy", "country": "Canada"}
    row = only(settings, "a.jsonl", json.dumps(changed).encode())
    assert (row["origin_countries"], "origin_missing" in row["flags"]) == (["unknown"], True)


def test_safety_gate_without_dates_says_so(settings: Settings) -> None:
    row = only(settings, "a.csv", files.csv_bytes([files.SAFETY_GATE]))
    assert row["event_on"] == date(2020, 1, 1)
    assert row["received_on"] == row["known_on"] == row["delivered_on"]
    assert set(row["flags"]) == {"date_missing", "event_year_only"}
    assert (row["origin_countries"], row["product_code"]) == (["CN"], "childcare")
    assert [category for _, category in pairs(row)] == ["choking", "strangulation"]


def test_safety_gate_with_dates(settings: Settings) -> None:
    row = only(settings, "a.csv", files.csv_bytes([files.SAFETY_GATE | {"Date of publication": "03/04/2020"}]))
    assert (row["event_on"], row["received_on"], row["flags"]) == (date(2020, 4, 3), date(2020, 4, 3), [])


def test_cpsc(settings: Settings) -> None:
    row = only(settings, "a.csv", files.csv_bytes([files.CPSC]))
    assert (row["event_on"], row["origin_countries"], row["is_grave"]) == (date(2025, 2, 6), ["MX", "KR"], True)
    assert {category for _, category in pairs(row)} == {"burns", "fire"}
    assert (row["product_code"], row["hs4"]) == ("coffee_makers_kettles", "8516")


INCIDENTS = [
    ("One person died.", True),
    ("Two deaths and 17 injuries have been reported.", True),
    ("The fault may have caused two deaths.", True),
    ("No deaths or injuries have been reported.", False),
    ("There have been reports of three fires involving pet deaths.", False),
    ("A bacterium which can cause life-threatening illness or death.", False),
    ("Death By Chocolate ice cream", False),
    ("", False),
]


def test_grave_is_a_death_that_happened(settings: Settings) -> None:
    found = many(settings, files.CPSC, "Incidents", [text for text, _ in INCIDENTS])
    assert [row["is_grave"] for row in found] == [is_grave for _, is_grave in INCIDENTS]


def test_a_row_without_a_real_date_is_set_aside_with_its_reason(settings: Settings) -> None:
    days = ["Oct 20, 2020", "Feb 30, 2020", "", "20.10.2020 or so", "Oct 20, 2031"]
    rows = [files.RASFF_2020 | {"Reference": f"2020.{number}", "Date of Case": day} for number, day in enumerate(days, 1000)]
    (delivery,) = files.ingest(settings, {"a.csv": files.csv_bytes(rows)})
    assert (delivery.read, delivery.accepted, delivery.quarantined) == (5, 1, 4)
    found = [row["reasons"] for row in files.typed(settings, "len(reasons) > 0")]
    assert [[reason.split(":")[0] for reason in reasons] for reasons in found] == [
        ["date_unreadable"], ["date_missing"], ["date_unreadable"], ["date_after_delivery"]
    ]  # fmt: skip


def test_a_lost_column_quarantines_the_file_and_names_it(settings: Settings) -> None:
    changed = {name: value for name, value in files.RASFF_2020.items() if name != "Country Origin"}
    (delivery,) = files.ingest(settings, {"a.csv": files.csv_bytes([changed])})
    assert delivery.verdict == "quarantined"
    assert any("origin_countries" in issue.detail for issue in delivery.issues)
