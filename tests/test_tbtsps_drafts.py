"""Drafts: every box filled or said to be unknown, every breach listed, every text on the page."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from documents_data import DAY, docx_text, pdf_text, squeezed
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tbtsps_data import FACTS, addendum, both_ways, draft, tbt
from test_documents import HOSTILE

from riskwarn.documents import Both, safe
from riskwarn.tbtsps.dates import months_after, read_when
from riskwarn.tbtsps.drafts import Draft, as_body, blank, draft_measure, from_body
from riskwarn.tbtsps.due import DueDay, days_ahead, due_next
from riskwarn.tbtsps.filled import files, filled
from riskwarn.tbtsps.routing import Gate, Instrument, Standard, Status, recommend
from riskwarn.tbtsps.symbols import parse_symbol
from riskwarn.tbtsps.templates import FORMS, PLACEHOLDERS, WTO_LANGS, WtoLang, template
from riskwarn.tbtsps.validation import may_be_approved, rules, validate

GOOD: dict[str, Draft] = {
    "sps_emergency": draft(is_urgent=True, status=Status.IN_FORCE, facts=replace(FACTS, starts_on=DAY)),
    "sps_regular": draft(),
    "tbt": tbt(),
    "tbt_urgent": tbt({"urgent_problem": "Children choke."}, is_urgent=True),
    "addendum": addendum(),
}


def broken(made: Draft, circulated_on: date = DAY) -> set[tuple[str, str]]:
    """Errors only: (key, rule)."""
    return {(b.key, b.rule) for b in validate(made, circulated_on) if b.severity == "error"}


@pytest.mark.parametrize("name", GOOD)
def test_a_draft_from_a_warning_has_no_blank_and_no_breach(name: str) -> None:
    made = GOOD[name]
    empty = {key for key, value in made.boxes.items() if not value and not made.template.box(key).kind.startswith(("multi", "choice"))}
    assert not empty
    assert broken(made) == set()
    assert may_be_approved(validate(made, DAY))
    assert from_body(json.loads(json.dumps(as_body(made)))) == made


def test_the_warning_fills_its_boxes() -> None:
    boxes = GOOD["sps_emergency"].boxes
    assert (boxes["member"], boxes["hs_codes"], boxes["regions"], boxes["objective"]) == ("China", "1207, 1202", "India", "food_safety")
    assert boxes["urgent_problem"] == FACTS.reason.en and "foreign alerts" in boxes["rationale"]
    assert boxes["languages_pages"] == "Not stated"
    nothing = replace(FACTS, product=None, hs_codes=(), origin=None)
    assert draft(facts=nothing).boxes["hs_codes"] == "Not known"
    assert draft(facts=nothing).boxes["regions_all"] == "all"
    assert ("products", "missing") in broken(draft(facts=nothing))


def test_a_measure_under_both_agreements_gives_two_drafts() -> None:
    made = [draft_measure(FACTS, both_ways(), way) for way in recommend(both_ways()).ways]
    assert [(d.form, d.agreement) for d in made] == [("sps_regular", "SPS"), ("tbt", "TBT")]
    assert [broken(d) for d in made] == [set(), set()]


URGENT, DEVIATES = draft(is_urgent=True), Gate(Standard.DEVIATES, True, "W", DAY)
NO_EFFECT, LATE = Gate(Standard.NONE, False, "W", DAY), draft(status=Status.IN_FORCE)
PERIOD = "emergency_comment_period"
LOCAL_PROCEDURE = tbt({"articles": "5.6.2,3.2", "local_government": "Beijing"}, instrument=Instrument.PROCEDURE)
CODEX = {"standard": "codex", "conforms": "yes", "standard_reference": "CXS 193"}
CASES: list[tuple[str, Draft, tuple[str, str]]] = [
    ("blank", replace(tbt(), boxes={**tbt().boxes, "title": " "}), ("title", "blank_box")),
    ("not known is not enough", tbt({"title": "Not known"}), ("title", "missing")),
    ("no such box", replace(tbt(), boxes={**tbt().boxes, "bribe": "x"}), ("bribe", "unknown_box")),
    ("old version", replace(tbt(), template_version="1995.1"), ("", "template_version")),
    ("option", draft(boxes={"objective": "profit"}), ("objective", "unknown_option")),
    ("two choices", draft(boxes={"conforms": "yes,no"}), ("conforms", "one_choice")),
    ("no choice", draft(boxes={"objective": ""}), ("objective", "no_choice")),
    ("Chinese", tbt({"title": "关于玩具的规定"}), ("title", "language")),
    ("Russian", tbt({"title": "Правила"}), ("title", "language")),
    ("HS", tbt({"hs_codes": "9503, 99"}), ("hs_codes", "hs_code")),
    ("HS of odd length", tbt({"hs_codes": "950"}), ("hs_codes", "hs_code")),
    ("date", tbt({"adoption": "2026-02-30"}), ("adoption", "unreadable_date")),
    ("words for a date", tbt({"adoption": "soon"}), ("adoption", "unreadable_date")),
    ("order", tbt({"adoption": "2027-12-01", "entry_into_force": "2027-11-01"}), ("entry_into_force", "date_order")),
    ("comments over", tbt({"comments_until": "2026-11-22"}), ("comments_until", "comments_over")),
    ("59 days", tbt({"comments_until": str(DAY + timedelta(59))}), ("comments_until", "comment_period")),
    ("45 days from circulation", draft(boxes={"comments_until": "45 days from circulation"}), ("comments_until", "comment_period")),
    ("no period", draft(boxes={"comments_until": "Not stated"}), ("comments_until", "comment_period_open")),
    ("five months", tbt({"adoption": "2027-01-01", "entry_into_force": "2027-06-30"}), ("entry_into_force", "six_months")),
    ("three months after publication", draft(boxes={"entry_into_force": "3 months after publication"}), ("entry_into_force", "six_months")),
    ("at once", draft(boxes={"entry_into_force": "immediately"}), ("entry_into_force", "six_months")),
    ("before circulation", draft(boxes={"entry_into_force": "2026-12-01"}), ("entry_into_force", "six_months")),
    ("emergency, late", replace(URGENT, question=LATE.question), ("urgent_problem", "late_not_urgent")),
    ("emergency, not urgent", replace(URGENT, question=draft().question), ("urgent_problem", "emergency_not_urgent")),
    ("a period", draft(boxes={"comments_agency": "GACC, comments by 1 March 2027"}, is_urgent=True), ("comments_agency", PERIOD)),
    ("a box", replace(URGENT, boxes={**URGENT.boxes, "comments_until": "60 days from circulation"}), ("comments_until", PERIOD)),
    ("urgency not told", draft(boxes={"urgent_problem": "Not stated"}, is_urgent=True), ("urgent_problem", "urgent_problem")),
    ("urgency not told, TBT", tbt({"urgent_problem": "Not applicable"}, is_urgent=True), ("urgent_problem", "urgent_problem")),
    ("2.10.1, not urgent", tbt({"articles": "2.10.1"}), ("articles", "article_urgency")),
    ("2.9.2, urgent", tbt({"articles": "2.9.2"}, is_urgent=True), ("articles", "article_urgency")),
    ("5.6.2 for a regulation", tbt({"articles": "5.6.2"}), ("articles", "article_instrument")),
    ("3.2 for a procedure", LOCAL_PROCEDURE, ("articles", "article_instrument")),
    ("no main article", tbt({"articles": "3.2", "local_government": "Beijing"}), ("articles", "article_main")),
    ("two main articles", tbt({"articles": "2.9.2,5.6.2"}), ("articles", "article_main")),
    ("local without a name", tbt({"articles": "2.9.2,3.2"}), ("articles", "article_local")),
    ("gate", draft(gate=None), ("", "gate")),
    ("gate says otherwise", draft(boxes=CODEX), ("standard", "gate_standard")),
    ("deviation untold", draft(boxes={"standard": "codex"}, gate=DEVIATES), ("deviation", "deviation")),
    ("agreement", replace(tbt(), question=draft().question), ("", "agreement")),
    ("one lot", replace(tbt(), question=replace(tbt().question or draft().question, objective="single_lot")), ("", "not_a_measure")),
    ("regions twice", draft(boxes={"regions_all": "all"}), ("regions", "regions")),
    ("no regions", draft(boxes={"regions": "Not stated"}), ("regions", "regions")),
    ("symbol", addendum(symbol="G/SPS/N/CHN/x"), ("symbol", "symbol")),
    ("symbol of the other agreement", addendum(symbol="G/TBT/N/CHN/12"), ("symbol", "symbol")),
    ("another Member's symbol", addendum(symbol="G/SPS/N/EU/12"), ("symbol", "own_symbol")),
    ("new period without date", addendum("comment_period"), ("comments_until", "addendum_comment_period")),
    ("withdrawn, but when", addendum(on=""), ("effective_on", "addendum_date")),
    ("nothing corrected", blank("corrigendum", "SPS"), ("right", "nothing_corrected")),
]  # fmt: skip


@pytest.mark.parametrize(("made", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_breach_is_listed_with_its_box(made: Draft, expected: tuple[str, str]) -> None:
    assert expected in broken(made)
    found = next(b for b in validate(made, DAY) if (b.key, b.rule) == expected)
    assert found.text.zh and found.text.en and "{" not in found.text.zh + found.text.en and found.source
    assert found.box == next((box.number for box in made.template.boxes if box.key == found.key), "")
    assert not may_be_approved(validate(made, DAY))


LONG = {"description": "x " * safe.MOST}


def test_every_rule_can_be_broken_and_advice_stops_nobody() -> None:
    tried = {rule for _, made, _ in CASES for _, rule in broken(made)}
    advised = {
        b.rule
        for made in (*GOOD.values(), LATE, draft(gate=NO_EFFECT), replace(draft(), question=URGENT.question), draft(boxes=LONG))
        for b in validate(made, DAY)
        if b.severity == "advice"
    }  # fmt: skip
    assert tried | advised == set(rules()) - {"version", "checker"}
    assert {r for r in rules() if r not in ("version", "checker") and rules()[r]["severity"] == "advice"} == advised


def test_the_days_that_a_draft_has_ahead() -> None:
    planned = draft(boxes={"adoption": "2027-04-01", "comments_until": "2027-03-15", "entry_into_force": "2027-12-01"})
    told = [(one.what, str(one.day)) for one in days_ahead(planned, "draft", DAY, None)]
    assert told == [
        ("circulate_by", "2027-01-14"), ("comments_until", "2027-03-15"), ("adoption", "2027-04-01"), ("entry_into_force", "2027-12-01"),
    ]  # fmt: skip
    assert due_next(planned, "approved", DAY, None, date(2027, 2, 1)) == DueDay(date(2027, 1, 14), "circulate_by"), (
        "late, and still to be done"
    )
    assert due_next(planned, "circulated", DAY, DAY, date(2027, 3, 20)) == DueDay(date(2027, 4, 1), "adoption")
    assert days_ahead(planned, "in_force", DAY, DAY) == ()
    assert due_next(URGENT, "draft", DAY, None, DAY) == due_next(LATE, "draft", DAY, None, DAY) == DueDay(DAY, "circulate_now")
    sixty = draft()
    assert [one.what for one in days_ahead(sixty, "draft", DAY, None)] == [], "sixty days from a day that nobody knows yet"
    assert due_next(sixty, "circulated", DAY, DAY, DAY) == DueDay(DAY + timedelta(days=60), "comments_until")
    assert [one.what for one in days_ahead(addendum(), "draft", DAY, None)] == ["effective_on"]


def test_the_exceptions_of_the_six_months() -> None:
    soon = {"entry_into_force": "2026-12-01"}
    assert ("entry_into_force", "six_months") not in broken(draft(boxes={**soon, "trade_facilitating": "yes"}))
    assert ("entry_into_force", "six_months") not in broken(draft(boxes=soon, is_urgent=True))
    assert ("entry_into_force", "six_months") not in broken(draft(boxes={"publication": "2027-01-31", "entry_into_force": "2027-07-31"}))
    assert ("entry_into_force", "six_months") in broken(draft(boxes={"publication": "2027-01-31", "entry_into_force": "2027-07-30"}))
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)


texts = st.text(max_size=80) | st.sampled_from(
    [*PLACEHOLDERS, "60 days from circulation", "2027-01-01", "yes", "none", "food_safety", "9503"]
)


@hypothesis_settings(max_examples=150)
@given(st.sampled_from(FORMS), st.data())
def test_validation_never_fails_and_its_order_is_that_of_the_boxes(form: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(template(form).keys), unique=True, max_size=6))
    made = replace(blank(form, "SPS"), question=draft().question if form == "sps_regular" else None)
    made = replace(made, boxes={**made.boxes, **{key: data.draw(texts) for key in keys}})
    found = validate(made, DAY)
    assert found == validate(made, DAY) and len(set(found)) == len(found)
    places = [template(form).keys.index(b.key) for b in found if b.key in template(form).keys]
    assert places == sorted(places)
    for key in keys:
        if not made.boxes[key].strip() and template(form).box(key).kind not in ("choice", "multi"):
            assert (key, "blank_box") in {(b.key, b.rule) for b in found}


@given(days=st.integers(-50, 400))
def test_sixty_days_are_the_floor(days: int) -> None:
    found = {b.rule for b in validate(draft(boxes={"comments_until": str(DAY + timedelta(days))}), DAY) if b.key == "comments_until"}
    assert found == (
        {"comments_over"} if days <= 0 else {"comment_period"} if days < 60 else {"comment_period_short"} if days < 90 else set()
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", WTO_LANGS)
def test_every_box_is_on_the_page(form: str, lang: WtoLang) -> None:
    agreement: Any = template(form).agreement if template(form).agreement != "both" else "SPS"
    made = blank(form, agreement, lang)
    made = replace(made, boxes={**made.boxes, **{box.key: f"{box.key} says so" for box in made.template.boxes if box.kind == "text"}})
    produced = files(made, day=DAY, reference="RW-W-000001")
    assert produced == files(made, day=DAY, reference="RW-W-000001"), "same input, same bytes"
    wanted = [e.heading + e.shown() for box in filled(made, day=DAY).boxes for e in box.entries] + [
        made.template.title[lang],
        "RW-W-000001",
    ]
    for shown in (docx_text(produced[f"{form}.docx"]), pdf_text(produced[f"{form}.pdf"])):
        assert [text for text in wanted if squeezed(text) not in shown] == []
    assert json.loads(produced[f"{form}.json"])["boxes"] == made.boxes


def test_a_draft_says_that_it_is_one_until_it_has_a_symbol() -> None:
    assert "DRAFT,NOTNOTIFIED" in pdf_text(files(GOOD["tbt"], day=DAY, reference="r")["tbt.pdf"])
    shown = pdf_text(files(GOOD["tbt"], day=DAY, reference="r", symbol="G/TBT/N/CHN/1500")["tbt.pdf"])
    assert "DRAFT" not in shown and "G/TBT/N/CHN/1500" in shown


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_box_is_only_text(text: str) -> None:
    made = blank("sps_emergency", "SPS")
    for box in made.template.boxes:
        made = made.with_box(box.key, text)
    validate(made, DAY)
    produced = files(made, day=DAY, reference=text, symbol="")
    start = squeezed(safe.line(text))[:20]
    assert start in docx_text(produced["sps_emergency.docx"])
    assert len(PdfReader(io.BytesIO(produced["sps_emergency.pdf"])).pages) < 120, "every box is cut, visibly, at some pages"
    assert draft_measure(
        replace(FACTS, reason=Both(text, text), description=text), draft().question or made.question, recommend(both_ways()).ways[0]
    )  # type: ignore[arg-type]


def test_templates_are_whole() -> None:
    for form in FORMS:
        found = template(form)
        assert len(set(found.keys)) == len(found.keys) and found.version
        numbers = [int(box.number) for box in found.boxes]
        assert numbers == sorted(numbers) and set(numbers) == set(range(1, max(numbers) + 1))
        assert all(box.label[lang] and (box.default[lang] or box.options) for box in found.boxes for lang in WTO_LANGS)
        assert all(option.label[lang] for box in found.boxes for option in box.options for lang in WTO_LANGS)
    assert [max(int(b.number) for b in template(form).boxes) for form in ("tbt", "sps_regular", "sps_emergency")] == [11, 13, 13]
    with pytest.raises(KeyError):
        template("../tbt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("G/SPS/N/CHN/1234", "G/SPS/N/CHN/1234"), (" g/tbt/n/eu/5/add.1/corr.2 ", "G/TBT/N/EU/5/Add.1/Corr.2"),
        ("G/SPS/N/CHN", None), ("G/SPS/GEN/12", None), ("", None), ("G/SPS/N/CHN/12/Foo.1", None),
    ],
)  # fmt: skip
def test_symbols(text: str, expected: str | None) -> None:
    found = parse_symbol(text)
    assert (str(found) if found else None) == expected
    if found and expected:
        assert parse_symbol(str(found)) == found and expected.startswith(found.family)


@given(st.text(max_size=40) | st.dates().map(str) | st.integers(0, 999).map(lambda n: f"{n} days from circulation"))
def test_a_date_box_is_read_as_one_thing_or_not_at_all(text: str) -> None:
    found = read_when(text)
    assert sum((found.day is not None, found.days is not None, found.months is not None, found.is_open)) == int(found.is_readable)
