"""Routing: every question has exactly one explained result, by the measure's objective; a person answers what the objective leaves open."""

from __future__ import annotations

import csv

import pytest
from documents_data import DAY
from hypothesis import given
from hypothesis import strategies as st
from tbtsps_data import GATE, both_ways, question

from riskwarn.places import REFERENCE
from riskwarn.tbtsps.routing import (
    Choice,
    Gate,
    Instrument,
    Outcome,
    Question,
    Standard,
    Status,
    objectives,
    proposed_objective,
    recommend,
    recommend_addendum,
    rules,
)
from riskwarn.tbtsps.templates import FORMS

gates = st.none() | st.builds(Gate, st.sampled_from(Standard), st.booleans(), st.just("Wang"), st.just(DAY))
choices = st.none() | st.builds(Choice, st.sampled_from([("SPS",), ("TBT",), ("SPS", "TBT")]), st.just("Wang"))
questions = st.builds(
    Question,
    st.sampled_from(sorted(objectives())),
    st.booleans(),
    st.sampled_from(Status),
    st.sampled_from(Instrument),
    st.booleans(),
    gates,
    choices,
)


@given(questions)
def test_every_question_has_exactly_one_explained_result(asked: Question) -> None:
    found = recommend(asked)
    agreement = objectives()[asked.objective]["agreement"]
    assert found == recommend(asked)
    assert len(found.reasons) >= 2 and all(r.zh.strip() and r.en.strip() and "{" not in r.zh + r.en for r in found.reasons)
    assert found.reasons[-1].en.startswith("This is a recommendation"), "never automatic"
    if agreement == "none":
        assert (found.outcome, found.ways) == (Outcome.NOTHING, ())
        return
    if agreement == "ask" and asked.choice is None:
        assert (found.outcome, found.ways) == (Outcome.ASK, ())
        return
    expected = asked.choice.agreements if agreement == "ask" and asked.choice else (agreement,)
    assert tuple(way.agreement for way in found.ways) == expected
    assert found.outcome is (Outcome.ANSWER_GATE if asked.gate is None else Outcome.NOTIFY if asked.gate.is_passed else Outcome.NO_DUTY)
    for way in found.ways:
        assert way.form in FORMS
        if way.agreement == "SPS":
            assert (way.form, way.articles) == (("sps_emergency", ("Annex B 6",)) if asked.is_urgent else ("sps_regular", ("Annex B 5",)))
        else:
            main = {(True, True): "2.10.1", (True, False): "2.9.2", (False, True): "5.7.1", (False, False): "5.6.2"}
            assert way.articles[0] == main[asked.instrument is Instrument.REGULATION, asked.is_urgent]
            local = ("3.2",) if asked.instrument is Instrument.REGULATION else ("7.2",)
            assert way.articles[1:] == (local if asked.is_local else ())


def test_a_late_measure_is_not_an_urgent_one() -> None:
    late = recommend(question(status=Status.IN_FORCE))
    assert late.ways[0].form == "sps_regular"
    assert any("late is not urgent" in r.en for r in late.reasons)


def test_both_agreements_where_a_person_says_so() -> None:
    assert [way.form for way in recommend(both_ways()).ways] == ["sps_regular", "tbt"]
    assert any("Wang decided: SPS + TBT" in r.en for r in recommend(both_ways()).reasons)


@pytest.mark.parametrize(
    ("standard", "effect", "outcome"),
    [
        (Standard.NONE, True, Outcome.NOTIFY),
        (Standard.DEVIATES, True, Outcome.NOTIFY),
        (Standard.CONFORMS, True, Outcome.NO_DUTY),
        (Standard.NONE, False, Outcome.NO_DUTY),
    ],
)
def test_the_gate_needs_both_answers(standard: Standard, effect: bool, outcome: Outcome) -> None:
    assert recommend(question(gate=Gate(standard, effect, "Wang", DAY))).outcome is outcome
    assert recommend(question(gate=None)).outcome is Outcome.ANSWER_GATE


def test_lifting_proposes_the_addendum() -> None:
    found = recommend_addendum("G/SPS/N/CHN/1234", DAY)
    assert [way.form for way in found.ways] == ["addendum"] and "G/SPS/N/CHN/1234" in found.reasons[0].zh


def test_the_reviewed_file_is_whole() -> None:
    told = rules()
    assert {entry["agreement"] for entry in told["objective"]} == {"SPS", "TBT", "ask", "none"}
    assert all(entry["source"] and entry["en"] and entry["zh"] for entry in told["objective"])
    assert len(objectives()) == len(told["objective"]), "no code twice"
    assert all(entry.get("sps_box") for entry in told["objective"] if entry["agreement"] in ("SPS", "ask"))
    with (REFERENCE / "hazard_categories.csv").open(encoding="utf-8-sig") as handle:
        hazards = {row["hazard_category"] for row in csv.DictReader(handle)}
    assert set(told["proposed"]) <= hazards
    assert {proposed_objective(h) for h in hazards} <= {*objectives(), None}
    assert proposed_objective("pesticide_residues") == "pesticide_residues" and GATE.is_passed
