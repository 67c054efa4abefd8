"""Notices: from a published warning to a signed document, its package, its lifting and the addendum, also by command line."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from case_stores import DATABASES, act, hire, settings_on
from documents_data import docx_text, pdf_text, squeezed
from test_marts import warning
from typer.testing import CliRunner

from riskwarn import notices, warehouse
from riskwarn.cases import CaseStore, audit, open_store
from riskwarn.cases.errors import CaseError
from riskwarn.cases.information import Information, enter
from riskwarn.cli import app
from riskwarn.documents import Both, Kind
from riskwarn.documents.compose import compose
from riskwarn.documents.kept import as_plain, from_plain
from riskwarn.documents.render import digest
from riskwarn.lake import Lake
from riskwarn.notices.desk import Wanted, packages
from riskwarn.notices.measures import measure_facts
from riskwarn.settings import TIMEZONE, Settings

NIGHT = date(2026, 11, 19)
AT = datetime(2026, 11, 20, 9, 0, tzinfo=TIMEZONE)
ROW = {
    "warning_id": "E1",
    "indicator_id": "failure_rate",
    "series_key": "product_origin_hazard|import|HS|9503|VN|choking|*",
    "scope": "product_origin_hazard",
    "direction": "import",
    "product_code": "9503",
    "product_name": "玩具",
    "origin_country": "VN",
    "hazard_category": "choking",
    "substance": "*",
    "status": "open",
    "level": "orange",
    "observed": 18.0,
    "expected": 1.1,
    "reason_zh": "近2周：检验44批，不合格18批，主要来自秘密玩具有限公司。",
    "reason_en": "Last 2 weeks: 44 lots inspected, 18 failed, mostly of Secret Toys Ltd.",
    "sources": "port_inspections, consumer_complaints",
    "evidence_count": 18,
    "first_raised_on": pd.Timestamp(NIGHT),
}


@pytest.fixture(params=DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, CaseStore]]:
    """A published night with the warning E1, and its case under way."""
    with settings_on(request.param, tmp_path / "home") as settings:
        publish(settings)
        with open_store(settings) as store:
            hire(store)
            follow(store)
            yield settings, store


def publish(settings: Settings) -> None:
    lake = Lake(settings.lake)
    lake.write_frame("warnings", NIGHT.isoformat(), pd.DataFrame([warning(**ROW)]))
    warehouse.publish(settings, lake, NIGHT)


def follow(store: CaseStore) -> None:
    store.follow(pd.DataFrame([{**ROW, "first_raised_on": NIGHT}]), NIGHT)


def to_approved(store: CaseStore, case_id: str = "E1") -> None:
    for action, by, said in (
        ("review", "hq", {}),
        ("verify", "hq", {"reason": "laboratory"}),
        ("assess", "hq", {"participants": ("Li", "Wang"), "opinion": "real"}),
        ("approve", "hq_head", {}),
    ):
        act(store, action, by, case_id=case_id, at=AT, **said)
    take(store, "lot_by_lot", case_id, scope_text="全部口岸")


def take(store: CaseStore, kind: str, case_id: str = "E1", **said: Any) -> None:
    act(store, "take_measure", "hq_head", case_id=case_id, at=AT, kind=kind, goods="industrial", starts=AT.date(), **said)


def refused(rule: str) -> Any:
    return pytest.raises(CaseError, check=lambda error: error.rule == rule and bool(error.text("zh_CN") and error.text("en")))


def made(settings: Settings, store: CaseStore, **changes: Any) -> notices.Notice:
    said: dict[str, Any] = {
        "kind": Kind.PORT_NOTICE,
        "to": ("各直属海关|All customs districts",),
        "copies_to": ("samr",),
        "contact": "李某 010",
        **changes,
    }
    return notices.draft(settings, store, said.pop("case_id", "E1"), Wanted(**said), by="hq", at=AT)


def signed(settings: Settings, store: CaseStore, **changes: Any) -> notices.Notice:
    found = made(settings, store, **changes)
    return notices.sign(store, found.notice_id, found.version, by="hq_head", at=AT)


def whole(store: CaseStore) -> bool:
    with store.engine.connect() as con:
        return audit.verify(con) == []


def test_a_notice_says_what_the_published_warning_and_the_case_say(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    to_approved(store)
    found = made(settings, store)
    facts = found.facts
    assert (found.serial, found.state, found.version, facts.warning.level) == ("RW-2026-000001", "draft", 1, "orange")
    assert (facts.warning.product, facts.warning.origin) == (Both("玩具", "toys"), Both("越南", "Viet Nam"))
    assert (facts.warning.hs_codes, facts.warning.hazard_category, facts.warning.observed) == (("9503",), "choking", 18.0)
    assert facts.measures[0].what.zh == "批批检验" and facts.measures[0].owner.zh == "海关总署"
    assert facts.to == (Both("各直属海关", "All customs districts"),) and facts.copies_to[0].zh == "国家市场监督管理总局"
    text = docx_text(notices.files(found)["port_notice.zh_CN.docx"])
    assert "送审稿" in text and "批批检验" in text and "口岸检验、消费者投诉" in text.replace("举报", "")


def test_signing_needs_an_approved_case_a_supervisor_and_for_orange_a_second_person(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    early = made(settings, store)
    with refused("case_state"):
        notices.sign(store, early.notice_id, 1, by="hq_head", at=AT)
    to_approved(store)
    with refused("measures_changed"):
        notices.sign(store, early.notice_id, 1, by="hq_head", at=AT)
    own = notices.draft(settings, store, "E1", Wanted(Kind.NOTICE), by="hq_head", at=AT)
    with refused("second_person"):
        notices.sign(store, own.notice_id, 1, by="hq_head", at=AT)
    found = made(settings, store)
    with refused("role_needed"):
        notices.sign(store, found.notice_id, 1, by="hq", at=AT)
    with refused("outside_unit"):
        notices.sign(store, found.notice_id, 1, by="shenzhen_head", at=AT)
    done = notices.sign(store, found.notice_id, 1, by="hq_head", at=AT)
    assert (done.state, done.version, done.digest) == ("signed", 2, digest(done.facts))
    with refused("signed"):
        notices.sign(store, found.notice_id, 2, by="hq_head", at=AT)
    with refused("signed"):
        notices.void(store, found.notice_id, 2, "no", by="hq", at=AT)
    assert notices.void(store, early.notice_id, 1, "again", by="hq", at=AT).state == "void"
    assert whole(store)


def test_what_was_signed_stays_whatever_the_next_nights_say(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    to_approved(store)
    found = signed(settings, store)
    Lake(settings.lake).write_frame("warnings", "2026-11-20", pd.DataFrame([warning(**{**ROW, "observed": 99.0})]))
    warehouse.publish(settings, Lake(settings.lake), NIGHT + timedelta(1))
    again = notices.get(store, found.notice_id)
    assert again.facts.warning.observed == 18.0 and digest(again.facts) == found.digest


def test_a_signed_document_keeps_its_words_when_the_standing_texts_change(
    desk: tuple[Settings, CaseStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = desk
    to_approved(store)
    found = signed(settings, store)
    before = notices.files(notices.get(store, found.notice_id))
    monkeypatch.setattr("riskwarn.documents.render.compose", lambda facts, lang: replace(compose(facts, lang), title="changed"))
    again = notices.get(store, found.notice_id)
    assert notices.files(again) == before and digest(again.facts, again.documents) == found.digest
    assert b"changed" in notices.files(replace(again, documents=None))["port_notice.json"]


def test_facts_kept_by_another_version_are_read(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    found = made(settings, store)
    kept = as_plain(found.facts)
    del kept["warning"]["is_entered"]
    kept["warning"]["something_old"] = 1
    assert from_plain(kept) == found.facts


def test_the_number_of_the_agencys_office_is_given_once(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    to_approved(store)
    found = signed(settings, store)
    for wrong in ("12", "署检发2026-12", "〔2026〕12号", "署检发〔26〕12号", "x" * 300):
        with refused("number_form"):
            notices.give_number(store, found.notice_id, 2, wrong, by="hq", at=AT)
    numbered = notices.give_number(store, found.notice_id, 2, "署检发〔2026〕 12号", by="hq", at=AT)
    assert numbered.facts.agency_number == "署检发〔2026〕12号" and numbered.digest == digest(numbered.facts) != found.digest
    with refused("signed"):
        notices.give_number(store, found.notice_id, 3, "署检发〔2026〕13号", by="hq", at=AT)
    with refused("changed"):
        notices.give_number(store, found.notice_id, 2, "署检发〔2026〕13号", by="hq", at=AT)


def test_a_lifting_goes_to_whom_the_notice_went(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    to_approved(store)
    draft = made(settings, store)
    with refused("signed"):
        notices.lift(store, draft.notice_id, Both("好了", ""), by="hq", at=AT)
    found = notices.sign(store, draft.notice_id, 1, by="hq_head", at=AT)
    with refused("reason"):
        notices.lift(store, found.notice_id, Both(" ", ""), by="hq", at=AT)
    lifting = notices.lift(store, found.notice_id, Both("连续八周未检出。", "Nothing found in eight weeks."), by="hq", at=AT)
    assert lifting.facts.lifts == "RW-2026-000001" and lifting.facts.to == found.facts.to and lifting.lifts_id == found.notice_id
    with refused("case_state"):
        notices.sign(store, lifting.notice_id, 1, by="hq_head", at=AT)
    act(store, "issue", "hq_head", at=AT, scope="national")
    done = notices.sign(store, lifting.notice_id, 1, by="hq_head", at=AT)
    assert "解除" in pdf_text(notices.files(done)["lifting.zh_CN.pdf"])
    with refused("choice"):
        made(settings, store, kind=Kind.LIFTING)


def test_the_package_names_nobody_and_has_a_receipt(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    to_approved(store)
    take(store, "return_or_destroy", scope_text="秘密玩具有限公司的货物")
    draft = made(settings, store, advice=Both("请联系秘密玩具有限公司", "Call Secret Toys Ltd."))
    with refused("signed"):
        notices.hand_on(store, draft.notice_id, "X", by="hq", at=AT)
    notices.sign(store, draft.notice_id, 1, by="hq_head", at=AT)
    with refused("empty"):
        notices.hand_on(store, draft.notice_id, " ", by="hq", at=AT)
    number, package = notices.hand_on(store, draft.notice_id, "国家市场监督管理总局", by="hq", at=AT)
    assert notices.hand_on(store, draft.notice_id, "MFDS", by="hq", at=AT)[1].sha256 == package.sha256, "same notice, same bytes"
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        told = json.loads(archive.read("exchange.json"))
        shown = archive.read("exchange.json").decode() + "".join(pdf_text(archive.read(n)) for n in archive.namelist() if n.endswith("pdf"))
    assert (
        told["product"]["en"] == "toys"
        and told["observed"] == 18.0
        and [m["what"]["zh"] for m in told["measures"]] == ["批批检验", "责令退运或者销毁"]
    )
    assert "脱敏交换本" in shown and "REDACTEDCOPY" in shown
    assert not [secret for secret in ("秘密", "Secret", "李某", "name of", "hq_head", "全部口岸") if squeezed(secret) in squeezed(shown)]
    with refused("day"):
        notices.receive_receipt(store, number, "Zhang", AT.date() - timedelta(1), "", by="hq", at=AT)
    notices.receive_receipt(store, number, "Zhang", AT.date(), "seen", by="hq", at=AT)
    with refused("state"):
        notices.receive_receipt(store, number, "Zhang", AT.date(), "seen", by="hq", at=AT)
    first = packages(store, draft.notice_id)[0]
    assert (first["sha256"], first["size_bytes"], first["received_by"]) == (package.sha256, len(package.content), "Zhang")
    assert whole(store)


def test_risk_information_entered_by_people_has_its_notice_too(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    told = Information("media", 1, "秘密牌玩具车", "窒息", "某媒体报道", product_code="", origin_country="VN")
    with store.writing() as con:
        case_id = str(enter(con, store.books, told, (), by="hq", at=AT).case_id)
    to_approved(store, case_id)
    found = signed(settings, store, case_id=case_id, kind=Kind.CONSUMER_NOTICE, to=())
    assert found.facts.warning.observed is None and found.facts.to == (Both("广大消费者", "Consumers"),)
    assert "秘密牌玩具车" in docx_text(notices.files(found)["consumer_notice.zh_CN.docx"])
    _, package = notices.hand_on(store, found.notice_id, "X", by="hq", at=AT)
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        shown = archive.read("exchange.json").decode() + "".join(pdf_text(archive.read(n)) for n in archive.namelist() if n.endswith("pdf"))
    assert "秘密" not in shown and "某媒体" not in shown and "窒息" not in shown, "free text stays in the house"


def test_a_warning_alone_is_never_notified(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    with refused("no_measure"):
        measure_facts(settings, store, "E1", "TBT", AT.date())
    to_approved(store)
    before = measure_facts(settings, store, "E1", "TBT", AT.date())
    assert (before.hs_codes, before.origin, before.enquiry_point.code) == (("9503",), Both("越南", "Viet Nam"), "samr")
    assert "Inspect every lot" in before.description and before.document_title == "Measures on imported toys from Viet Nam"
    signed(settings, store)
    assert "RW-2026-000001" in measure_facts(settings, store, "E1", "TBT", AT.date()).document_title


def test_unknown_things_are_refused(desk: tuple[Settings, CaseStore]) -> None:
    settings, store = desk
    with refused("unknown_case"):
        made(settings, store, case_id="E9")
    with refused("unknown"):
        notices.get(store, 7)
    with refused("outside_unit"):
        notices.draft(settings, store, "E1", Wanted(Kind.NOTICE), by="shenzhen", at=AT)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_by_command_line_from_a_warning_to_its_addendum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    settings = Settings(home=tmp_path / "home")
    publish(settings)
    with open_store(settings) as store:
        hire(store)
        follow(store)
        to_approved(store)
    monkeypatch.setenv("RISKWARN_LANG", lang)
    monkeypatch.setenv("RISKWARN_HOME", str(settings.home))

    def run(line: str, *more: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, [*line.split(), *more])
        assert done.exit_code == code, f"{line}: {done.output} {done.exception}"
        return " ".join(done.output.split())

    with open_store(settings) as store:
        today = store.case("E1").entered_on.isoformat()
    run("notice draft E1 --by hq --to samr --kind port_notice")
    run("notice draft E1 --by hq --kind bribe", code=1)
    run("notice sign 1 --by hq", code=1)
    run("notice sign 1 --by hq_head")
    run("notice number 1 署检发〔2026〕12号 --by hq")
    assert "署检发" in pdf_text((settings.outbox / "notices" / "RW-2026-000001" / "port_notice.zh_CN.pdf").read_bytes())
    run("case issue E1 --by hq_head --scope national")
    assert "RW-2026-000001" in run("notice list")
    urgent = "--objective producer_registration --urgent --in-force --standard none --effect --agreement SPS"
    assert "Annex B 6" in run(f"tbtsps route {urgent} --by hq")
    run("tbtsps route --objective bribe", code=1)
    run("tbtsps route --objective quality --standard none --by hq", code=1)
    run(f"tbtsps draft E1 {urgent} --by hq")
    assert "description" in run("tbtsps validate 1", code=1), "the scope is in Chinese"
    run("tbtsps edit 1 --by hq", "description=Every lot is inspected.")
    run("tbtsps validate 1")
    run("tbtsps edit 1 --by hq --version 1", "title=x", code=1)
    run("tbtsps submit 1 --by hq")
    run("tbtsps approve 1 --by hq_head")
    run("tbtsps hand-over 1 --receipt 77 --by hq")
    run(f"tbtsps circulated 1 G/SPS/N/CHN/1500 --on {today} --by hq")
    run(f"tbtsps commented 1 --by hq --member India --text Why? --on {today}")
    assert "India" in run("tbtsps show 1")
    run("tbtsps answered 1 --by hq", code=1)
    run("tbtsps answer 1 --text Because. --by hq")
    run("tbtsps answered 1 --by hq")
    run(f"tbtsps in-force 1 --on {today} --by hq")
    run("notice hand-on 1 --recipient MFDS --by hq")
    run(f"notice receipt 1 --received-by Kim --on {datetime.now(TIMEZONE).date()} --by hq")
    run("notice lift 1 --reason 已消除 --by hq")
    assert "riskwarn tbtsps follow 1 --form addendum" in run("notice sign 2 --by hq_head")
    run("tbtsps follow 1 --form addendum --by hq --box nonsense=1", code=1)
    run(f"tbtsps follow 1 --by hq --box addendum_kind=withdrawn --box description=Lifted. --box effective_on={today}")
    run("tbtsps validate 2")
    assert "[X]measurewithdrawn" in pdf_text((settings.outbox / "notifications" / "RW-W-000002" / "addendum.pdf").read_bytes())
    assert "G/SPS/N/CHN/1500" in run("tbtsps list")
    eu = "G/TBT/N/EU/900"
    run(f"tbtsps comment add {eu} --by hq --source Factory --text-en Short.")
    run("tbtsps comment rewrite 1 --by hq --text-en Shorter.")
    run("tbtsps comment move 1 review --by hq_head")
    run(f"tbtsps comment record {eu} --by hq --kind extension_reply --text Yes --on {today} --new-deadline 2027-03-01")
    assert "Factory" in run(f"tbtsps comment list {eu}")
    run(f"tbtsps comment export {eu} --out {tmp_path / 'comments.txt'}")
    assert "Shorter." in (tmp_path / "comments.txt").read_text(encoding="utf-8")
    run(f"tbtsps concern add {eu} --by hq --title Toys --text Strict --on {today} --supporter Brazil")
    run("tbtsps concern follow 1 --by hq --state resolved --outcome Extended")
    assert "Toys" in run("tbtsps concern list")
    run("tbtsps barriers")
    run("tbtsps objectives")
    run("notice write 1 --out", str(tmp_path / "written"))
    assert len(list((tmp_path / "written").iterdir())) == 5
