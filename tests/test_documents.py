"""Notices as DOCX, PDF and JSON: every text is on the page, hostile ones as text, and the same facts give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from pathlib import Path

import docx as python_docx
import pytest
from documents_data import AGENCIES, DAY, MEASURES, WARNING, docx_text, notice, pdf_text, squeezed
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfReader

from riskwarn.documents import Both, Kind, Signed, safe
from riskwarn.documents.agencies import read_agencies
from riskwarn.documents.compose import chinese_number, compose, subject
from riskwarn.documents.fonts import CHINESE, NoChineseFontError, choose
from riskwarn.documents.official_docx import docx
from riskwarn.documents.render import digest, render_notice
from riskwarn.documents.typeset import pdf
from riskwarn.text import LANGS, Lang

HOSTILE = (
    "#import \"/etc/passwd\" #eval(\"1\") *bold* $x$ [link](javascript:0)",
    "</w:t></w:r><script>alert(1)</script>&amp;<!ENTITY x>",
    "{subject}{0}{__class__} %s \\ \u202egnp.exe\u202c \u2066x\u2069",
    "a\x00b\x07c\ud800d\ufffee\x1b[31m",
    "W" * 100_000,
    "Z\u0301" + "\u0301" * 500,
)  # fmt: skip
NAMES = {
    (Kind.PORT_NOTICE, "zh_CN"): "关于加强进口印度坚果、坚果制品和种子检验监管的风险警示通报",
    (Kind.NOTICE, "zh_CN"): "关于进口印度坚果、坚果制品和种子农药残留风险的警示通告",
    (Kind.CONSUMER_NOTICE, "zh_CN"): "关于进口印度坚果、坚果制品和种子农药残留风险的消费警示通告",
    (Kind.LIFTING, "zh_CN"): "关于解除进口印度坚果、坚果制品和种子风险警示的通知",
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("lang", LANGS)
def test_every_part_is_in_both_formats(kind: Kind, lang: Lang) -> None:
    document = compose(notice(kind), lang)
    assert NAMES.get((kind, lang), document.title) == document.title
    wanted = [
        document.serial, document.number, document.title, document.title_mark, document.mark, document.to, document.masthead,
        document.signature, document.dated, document.contact, document.copies, *document.imprint,
        *(part.text for part in document.paragraphs),
        *(cell for a in document.attachments for row in a.rows for cell in row),
    ]  # fmt: skip
    for shown in (docx_text(docx(document)), pdf_text(pdf("official", document.as_dict(), document.day))):
        assert [text for text in wanted if squeezed(text) not in shown] == []


def test_the_measures_and_the_reason_are_told() -> None:
    text = squeezed("".join(part.text for part in compose(notice(), "zh_CN").paragraphs))
    assert "（一）抽检比例提高至100%；范围：芝麻；期限：自2026年11月22日起至警示解除；责任单位：各直属海关。" in text
    assert "（二）不合格批次退运；范围：芝麻；期限：自2026年11月22日起至2027年5月21日止。" in text
    assert "境外通报22起" in text and "橙色" in text
    assert "暂未确定响应措施" in "".join(part.text for part in compose(notice(measures=()), "zh_CN").paragraphs)


def test_a_draft_says_so_and_a_signed_document_does_not() -> None:
    draft, signed = (
        compose(notice(signed=s, agency_number=n), "zh_CN")
        for s, n in ((None, ""), (Signed("王某", date(2026, 12, 1)), "署检发〔2026〕12号"))
    )
    assert (draft.mark, draft.number, draft.dated) == ("送审稿", "〔2026〕　　号", "2026年11月22日")
    assert (signed.mark, signed.title_mark, signed.number, signed.dated) == ("", "", "署检发〔2026〕12号", "2026年12月1日")
    assert "送审稿" not in docx_text(docx(signed)) and "送审稿" not in pdf_text(pdf("official", signed.as_dict(), signed.day))


def test_a_lifting_names_what_it_lifts_and_why() -> None:
    facts = notice(
        Kind.LIFTING, lifts="署检发〔2026〕12号", lifts_on=DAY, lift_reason=Both("连续八周未再检出。", "None found in eight weeks.")
    )
    text = "".join(part.text for part in compose(facts, "zh_CN").paragraphs)
    assert "署检发〔2026〕12号（2026年11月22日）" in text and "连续八周未再检出" in text and "境外通报22起" not in text
    english = "".join(part.text for part in compose(notice(Kind.LIFTING, lift_reason=Both("", "")), "en").paragraphs)
    assert "not on record" in english


def test_consumers_see_no_table_of_monitoring_data() -> None:
    assert compose(notice(Kind.CONSUMER_NOTICE), "zh_CN").attachments == ()


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({}, "进口印度坚果、坚果制品和种子", "imported nuts, nut products and seeds from India"),
        ({"origin": None}, "进口坚果、坚果制品和种子", "imported nuts, nut products and seeds"),
        ({"product": None}, "进口印度商品", "imported goods from India"),
        ({"direction": "export", "origin": Both("中国", "China")}, "出口坚果、坚果制品和种子", "exported nuts, nut products and seeds"),
    ],
)
def test_the_goods_are_named_as_far_as_the_warning_names_them(changes: dict[str, object], zh: str, en: str) -> None:
    from dataclasses import replace

    warning = replace(WARNING, **changes)  # type: ignore[arg-type]
    assert (subject(warning, "zh_CN"), subject(warning, "en")) == (zh, en)


def test_the_same_facts_give_the_same_bytes_and_others_do_not() -> None:
    first, again = render_notice(notice()), render_notice(notice())
    assert first == again and set(first) == {f"port_notice.{lang}.{kind}" for lang in LANGS for kind in ("docx", "pdf")} | {
        "port_notice.json"
    }
    assert digest(notice()) == hashlib.sha256(first["port_notice.json"]).hexdigest() != digest(notice(contact="another"))
    assert json.loads(first["port_notice.json"])["facts"]["warning"]["observed"] == 22


def test_layout_is_that_of_an_official_document() -> None:
    read = python_docx.Document(io.BytesIO(docx(compose(notice(), "zh_CN"))))
    section = read.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins if m is not None] == [37, 35, 28, 26]
    body = next(p for p in read.paragraphs if p.text.startswith("经风险监测"))
    form, run = body.paragraph_format, body.runs[0]
    assert (form.line_spacing.pt, form.first_line_indent.pt, run.font.size.pt) == (28, 32, 16)  # type: ignore[union-attr]
    assert 'w:eastAsia="FangSong"' in run._element.xml
    page = PdfReader(io.BytesIO(pdf("official", compose(notice(), "zh_CN").as_dict(), "2026-11-22"))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text_in_every_field(text: str) -> None:
    from dataclasses import replace

    both = Both(text, text)
    warning = replace(WARNING, product=both, origin=both, hazard=both, substance=text, reason=both, sources=(both,), warning_id="E1")
    measure = replace(MEASURES[0], what=both, scope=both, owner=both)
    facts = notice(
        warning=warning, to=(both,), measures=(measure,), copies_to=(both,), contact=text, advice=both, agency_number=text, serial=text
    )
    for lang in LANGS:
        document = compose(facts, lang)
        word, page = docx(document), pdf("official", document.as_dict(), document.day)
        start = squeezed(safe.line(text))[:20]
        assert start in docx_text(word) and start.replace("\u0301", "") in pdf_text(page).replace("\u0301", "")
        assert len(PdfReader(io.BytesIO(page)).pages) < 40
    json.loads(render_notice(facts)["port_notice.json"])


@given(st.text())
def test_clean_text_has_nothing_that_a_page_cannot_show(text: str) -> None:
    shown = safe.clean(text)
    assert safe.clean(shown) == shown
    shown.encode("utf-8")
    assert not any(
        (ord(c) < 32 and c != "\n")
        or 0x7F <= ord(c) <= 0x9F
        or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"
        for c in shown
    )
    assert (
        max((len(run) for run in safe.breakable("x" * 1000 + shown).split()[0].split("\u200b")), default=0) <= safe.LONGEST_RUN
        or not shown.isascii()
    )


@hypothesis_settings(max_examples=15)
@given(st.text(max_size=300), st.sampled_from(LANGS))
def test_any_text_makes_a_document(text: str, lang: Lang) -> None:
    document = compose(notice(advice=Both(text, text), contact=text, agency_number=text), lang)
    docx_text(docx(document))
    pdf("official", document.as_dict(), document.day)


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")])
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese_number(number) == said


def test_fonts_fall_back_by_name_and_their_lack_is_told_in_both_languages() -> None:
    assert choose(frozenset({"FangSong", "SimHei", "Noto Serif CJK SC", "Liberation Serif"})).by_purpose["body"] == (
        "FangSong",
        "Liberation Serif",
    )
    assert choose(frozenset({"Noto Sans CJK SC"})).by_purpose["title"][0] == "Noto Sans CJK SC"
    assert set(choose(frozenset({"SimSun"})).by_purpose) == {*CHINESE, "latin"}
    with pytest.raises(NoChineseFontError, match=r"没有找到.*No Chinese font"):
        choose(frozenset({"Libertinus Serif"}))


def test_agencies_are_configuration(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "agencies.toml").write_text(
        '[roles]\nissuer = "hohhot"\n[[agency]]\ncode = "hohhot"\nname_zh = "呼和浩特海关"\nname_en = "Hohhot Customs"\nsource = "own"\n'
        '[[agency]]\ncode = "gacc"\nemail = "x@example.org"\n',
        encoding="utf-8",
    )
    found = read_agencies(tmp_path)
    assert found.of_role("issuer").name.zh == "呼和浩特海关"
    assert (found.get("gacc").email, found.get("gacc").name.zh) == ("x@example.org", "海关总署")
    with pytest.raises(LookupError, match="no agency 'x'"):
        found.get("x")
    assert all(agency.source for agency in AGENCIES.by_code.values())
