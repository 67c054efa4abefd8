"""What belongs to a case: follow-ups, attachments, measures, plans; and risk information that people enter."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from datetime import date
from pathlib import Path

import pytest
from case_stores import AT, NIGHT, act, chain, hire, opened, walk

from riskwarn.cases import CaseStore, Request
from riskwarn.cases.attachments import MOST_BYTES, Stored, clean_name, keep_bytes, read_attachment, read_file
from riskwarn.cases.errors import (
    AttachmentRefused,
    BadField,
    CaseError,
    IllegalTransition,
    MissingField,
    NotReady,
    RoleNeeded,
    UnknownEntry,
)
from riskwarn.cases.follow_ups import attachments_of, follow_ups_of
from riskwarn.cases.information import Information, all_information, enter, promote
from riskwarn.cases.measures import load_kinds, measures_of
from riskwarn.cases.plans import load_plans, plan_steps_of
from riskwarn.cases.reading import read_cases

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 20


def office(part: str, *more: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", part, *more):
            archive.writestr(name, "<x/>")
    return made.getvalue()


def real_docx() -> bytes:
    from docx import Document

    made = io.BytesIO()
    document = Document()
    document.add_paragraph("检测报告")
    document.save(made)
    return made.getvalue()


def real_xlsx() -> bytes:
    from openpyxl import Workbook

    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


GOOD = {"a.pdf": PDF, "b.PNG": PNG, "c.jpg": JPEG, "d.jpeg": JPEG, "e.docx": real_docx(), "f.xlsx": real_xlsx()}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_what_it_says_is_kept_under_its_hash(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "attachments"
    kept = keep_bytes(folder, name, GOOD[name])
    assert (kept.sha256, kept.size_bytes) == (hashlib.sha256(GOOD[name]).hexdigest(), len(GOOD[name]))
    assert read_attachment(folder, kept.sha256) == GOOD[name]
    assert stat.S_IMODE((folder / kept.sha256).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == [kept.sha256]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.pdf", PNG, "attachment_content"),
        ("a.png", b"MZ\x90\0" + b"\0" * 60, "attachment_content"),  # a program
        ("a.pdf", b"<html><script>1</script></html>", "attachment_content"),
        ("a.docx", real_xlsx(), "attachment_content"),
        ("a.xlsx", office("word/document.xml"), "attachment_content"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "attachment_content"),  # macros
        ("a.docx", office("other.xml"), "attachment_content"),
        ("a.docx", b"PK\x03\x04 broken", "attachment_content"),
        ("a.exe", b"MZ", "attachment_type"),
        ("a.docm", real_docx(), "attachment_type"),
        ("pdf", PDF, "attachment_type"),
        ("a.pdf", b"", "attachment_size"),
        ("a.pdf", PDF + b"\0" * MOST_BYTES, "attachment_size"),
    ],
)
def test_what_is_not_what_it_says_is_refused(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    with pytest.raises(AttachmentRefused) as refused:
        keep_bytes(tmp_path, name, content)
    assert refused.value.values["what"] == what
    assert refused.value.text("en") != refused.value.text("zh_CN")
    assert list(tmp_path.iterdir()) == []


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(AttachmentRefused, match="20 MB"):
        read_file(path)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\报告.pdf", "报告.pdf"),
        ("..hidden.pdf", "hidden.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),  # written backwards
        ("a\0b\nc.pdf", "abc.pdf"),
        ('<b>"x".pdf', "bx.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("...", "unnamed"),
    ],
)
def test_names_are_made_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_kept_file_that_changed_or_went_is_told(tmp_path: Path) -> None:
    kept = keep_bytes(tmp_path, "a.pdf", PDF)
    (tmp_path / kept.sha256).write_bytes(PDF + b"x")
    with pytest.raises(AttachmentRefused, match="no longer"):
        read_attachment(tmp_path, kept.sha256)
    keep_bytes(tmp_path, "again.pdf", PDF)  # attached again it is whole again
    assert read_attachment(tmp_path, kept.sha256) == PDF
    (tmp_path / kept.sha256).unlink()
    for name in (kept.sha256, "../secret"):
        with pytest.raises(AttachmentRefused):
            read_attachment(tmp_path, name)


def test_follow_ups_and_attachments_are_many_to_one(store: CaseStore) -> None:
    opened(store)
    kept = keep_bytes(store.attachments, "报告.pdf", PDF)
    for _ in range(2):
        act(store, "attach", "shanghai", file=kept)
    act(store, "follow_up", "shanghai", kind="laboratory_report", text="lead 3 mg/kg", happened=date(2026, 11, 18))
    act(store, "follow_up", "hq", kind="recall", text="300 pieces")
    with store.engine.connect() as con:
        assert [(f["kind"], f["happened_on"]) for f in follow_ups_of(con, "E1")] == [
            ("laboratory_report", date(2026, 11, 18)),
            ("recall", AT.date()),
        ]
        assert [(a["name"], a["sha256"]) for a in attachments_of(con, "E1")] == [("报告.pdf", kept.sha256)] * 2
    assert len(list(store.attachments.iterdir())) == 1
    assert store.case("E1").state == "raised"
    assert chain(store) == []


def test_a_file_is_kept_only_if_the_step_is_allowed(store: CaseStore) -> None:
    opened(store)
    act(store, "follow_up", "shanghai", kind="laboratory_report", text="lead")
    with pytest.raises(RoleNeeded):
        store.attach(Request("E1", "attach", "reader", AT), "a.pdf", PDF)
    with pytest.raises(UnknownEntry):
        store.attach(Request("E1", "attach", "shanghai", AT, fields={"follow_up": 9}), "a.pdf", PDF)
    with pytest.raises(RoleNeeded):
        store.enter(TOLD, [("a.pdf", PDF)], by="reader", at=AT)
    assert not store.attachments.exists()
    store.attach(Request("E1", "attach", "shanghai", AT, fields={"follow_up": 1}), "a.pdf", PDF)
    store.enter(TOLD, [("b.pdf", PDF), ("c.png", PNG)], by="shanghai", at=AT)
    with store.engine.connect() as con:
        assert [(a["name"], a["follow_up_id"]) for a in attachments_of(con, "E1")] == [("a.pdf", 1)]
        assert [a["name"] for a in attachments_of(con, "M000001")] == ["b.pdf", "c.png"]
    assert len(list(store.attachments.iterdir())) == 2


def test_the_lists_of_measures_have_sources_and_differ_for_food() -> None:
    kinds = load_kinds()
    assert all("recalled" in kind.source for kind in kinds.values())
    assert (kinds["lot_by_lot"].effect("en"), kinds["lot_by_lot"].effect("zh_CN")) == ("every lot", "每批检验")
    lists = {goods: {k.kind for k in kinds.values() if goods in k.goods} for goods in ("industrial", "food")}
    assert {"return_or_destroy", "order_recall", "stop_import", "seal_or_detain", "examine_alike", "inform_departments"} <= lists[
        "industrial"
    ]
    assert {"suspend_food_import", "proof_of_testing", "designated_port"} <= lists["food"] - lists["industrial"]
    assert not {"stop_import", "examine_alike"} & lists["food"]


MEASURE: dict[str, object] = {"kind": "lot_by_lot", "goods": "industrial", "scope_text": "toys from X", "starts": date(2026, 11, 20)}


def test_a_measure_has_scope_period_owner_and_effect_and_ends_before_the_lifting(store: CaseStore) -> None:
    opened(store)
    walk(store, "issue")
    first = act(store, "take_measure", "shanghai_head", **MEASURE).made["measure"]
    act(store, "take_measure", "shanghai_head", **MEASURE, ends=date(2026, 11, 20), owner="shanghai_yangshan", inspection_effect="all lots")
    with pytest.raises(NotReady, match=str(first)):
        act(store, "lift", "shanghai_head", reason="over")
    with pytest.raises(BadField):
        act(store, "end_measure", "shanghai_head", measure=first, ends=date(2026, 11, 19), reason="over")
    with pytest.raises(UnknownEntry):
        act(store, "end_measure", "shanghai_head", measure=99, ends=date(2026, 11, 20), reason="over")
    act(store, "end_measure", "shanghai_head", measure=first, ends=date(2026, 11, 20), reason="over")
    with pytest.raises(NotReady):
        act(store, "end_measure", "shanghai_head", measure=first, ends=date(2026, 11, 21), reason="over")
    with store.engine.connect() as con:
        rows = measures_of(con, "E1")
    assert [(m["owner"], m["inspection_effect"], m["ends_on"], m["ended_by"]) for m in rows] == [
        ("shanghai", "", date(2026, 11, 20), "shanghai_head"),
        ("shanghai_yangshan", "all lots", date(2026, 11, 20), None),
    ]
    act(store, "lift", "shanghai_head", reason="over")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "suspend_food_import"},  # stands on the other list
        {"kind": "prayer"},
        {"goods": "services"},
        {"owner": "atlantis"},
        {"ends": date(2026, 11, 19)},
        {"scope_text": " "},
    ],
    ids=str,
)
def test_a_measure_not_on_the_list_is_refused(store: CaseStore, wrong: dict[str, object]) -> None:
    opened(store)
    walk(store, "verify")
    with pytest.raises((BadField, MissingField)):
        act(store, "take_measure", "shanghai_head", **{**MEASURE, **wrong})
    with pytest.raises(RoleNeeded):
        act(store, "take_measure", "shanghai", **MEASURE)


def test_measures_need_a_verified_risk(store: CaseStore) -> None:
    opened(store)
    with pytest.raises(IllegalTransition):
        act(store, "take_measure", "shanghai_head", **MEASURE)


def test_a_plan_is_copied_into_the_case_and_ticked_off(store: CaseStore) -> None:
    opened(store, "red")
    act(store, "review", "shanghai")
    act(store, "start_plan", "shanghai")
    with pytest.raises(NotReady):
        act(store, "start_plan", "shanghai")
    with store.engine.connect() as con:
        steps = plan_steps_of(con, "E1")
    assert [s["text_zh"] for s in steps] == [step.zh for step in load_plans()["red"].steps]
    assert (steps[0]["due_on"], steps[4]["due_on"]) == (AT.date(), date(2026, 11, 24))  # Friday + 2 working days
    act(store, "plan_step", "shanghai", plan_step=steps[0]["plan_step_id"], text="called headquarters")
    for number, refusal in ((steps[0]["plan_step_id"], NotReady), (999, UnknownEntry)):
        with pytest.raises(refusal):
            act(store, "plan_step", "shanghai", plan_step=number, text="x")
    with store.engine.connect() as con:
        done = plan_steps_of(con, "E1")[0]
    assert (done["done_by"], done["done_on"], done["note"]) == ("shanghai", AT.date(), "called headquarters")


def test_every_colour_has_a_plan() -> None:
    assert {plan.colour for plan in load_plans().values()} == {"red", "orange", "yellow", "blue"}


TOLD = Information("complaint", 1, "electric blanket", "fire", "two blankets burnt", product_code="6301", origin_country="VN")


def tell(
    store: CaseStore, told: Information, by: str = "shanghai", colour: str | None = None, files: tuple[Stored, ...] = ()
) -> str | None:
    with store.writing() as con:
        return enter(con, store.books, told, files, by=by, at=AT, colour=colour).case_id


def test_grade_1_is_a_warning_at_once_and_never_enters_what_the_nights_read(store: CaseStore) -> None:
    opened(store)
    case_id = tell(store, TOLD, files=(keep_bytes(store.attachments, "photo.png", PNG),))
    assert case_id == "M000001"
    with store.engine.connect() as con:
        assert [case.case_id for case in read_cases(con)] == ["E1", "M000001"]
        assert [a["name"] for a in attachments_of(con, case_id)] == ["photo.png"]
    case = store.case(case_id)
    assert (case.state, case.colour, case.unit_id, case.newest) == ("raised", "orange", "shanghai", None)
    assert case.reason("zh_CN") == "electric blanket · VN · fire · two blankets burnt"
    walk(store, "close", case_id=case_id)
    assert store.decisions(before=date(2027, 1, 1)).empty
    assert chain(store) == []


def test_other_grades_wait_until_they_are_made_a_warning(store: CaseStore) -> None:
    hire(store)
    assert tell(store, Information("media", 2, "kettle", "shock", "seen on television")) is None
    with pytest.raises(CaseError), store.writing() as con:
        promote(con, store.books, 1, " ", by="shanghai", at=AT)
    with store.writing() as con:
        assert promote(con, store.books, 1, "a second report", by="hq", at=AT, colour="red").case_id == "M000001"
    with pytest.raises(NotReady), store.writing() as con:
        promote(con, store.books, 1, "again", by="hq", at=AT)
    with pytest.raises(UnknownEntry), store.writing() as con:
        promote(con, store.books, 7, "none", by="hq", at=AT)
    assert (store.case("M000001").colour, store.case("M000001").unit_id) == ("red", "shanghai")
    with store.engine.connect() as con:
        assert [(i["grade"], i["case_id"]) for i in all_information(con)] == [(2, "M000001")]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"product": " "}, MissingField),
        ({"hazard": ""}, MissingField),
        ({"text": ""}, MissingField),
        ({"source_class": "rumour"}, BadField),
        ({"grade": 4}, BadField),
        ({"direction": "sideways"}, BadField),
        ({"product_code": "63x1"}, BadField),
        ({"origin_country": "VNM"}, BadField),
    ],
    ids=str,
)
def test_information_that_is_not_complete_is_refused(store: CaseStore, change: dict[str, object], refusal: type[CaseError]) -> None:
    hire(store)
    from dataclasses import replace

    with pytest.raises(refusal):
        tell(store, replace(TOLD, **change))  # type: ignore[arg-type]
    with pytest.raises(RoleNeeded):
        tell(store, TOLD, by="reader")
    with store.engine.connect() as con:
        assert all_information(con) == []


def test_the_night_of_a_machine_case_is_on_record_and_a_persons_case_has_none(store: CaseStore) -> None:
    opened(store)
    assert (store.case("E1").night, store.case(str(tell(store, TOLD))).night) == (NIGHT, None)
