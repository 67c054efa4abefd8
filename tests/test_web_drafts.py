"""Drafts in the console: begun from a case, written box by box while the rules are asked, two people at once, the steps of their life."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from docx import Document
from drafts_web_data import ANSWERS, HOSTILE, boxes_of, browser, desk, furnish, post, refusal, save, sit_down, step, written
from fastapi.testclient import TestClient
from test_text import messages
from web_data import NIGHT, csrf_of

from riskwarn.cases import audit, open_store
from riskwarn.settings import Settings
from riskwarn.tbtsps.comments import EXCHANGES, MOVES, SOURCE_KINDS
from riskwarn.tbtsps.concerns import STATES
from riskwarn.tbtsps.routing import Instrument, Outcome, Standard, Status
from riskwarn.tbtsps.templates import FORMS, WTO_LANGS, template
from riskwarn.text import LANGS
from riskwarn.web.calendar import ORDER

__all__ = ["browser", "desk"]  # fixtures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("drafts") / "home"
    furnish(Settings(home=home))
    return home


def kept(browser: TestClient, number: int = 1) -> dict[str, str]:
    boxes: dict[str, str] = browser.get(f"/drafts/{number}.json").json()["boxes"]
    return boxes


def test_nobody_comes_near_without_signing_in(desk: TestClient) -> None:
    for address in ("/drafts", "/drafts/1", "/drafts/new", "/drafts/1/form.pdf"):
        assert desk.get(address).status_code == 303, address
    assert [desk.get(f"/drafts{one}").status_code for one in (".json", ".csv", "/1.json", "/1.csv")] == [401] * 4
    assert desk.post("/drafts/1/check.json", data={"box.title": "x"}).status_code == 401


def test_the_way_is_told_with_its_reasons_and_nothing_is_kept(browser: TestClient) -> None:
    asked = post(browser, "/drafts/new", warning="W1", do="route", **{**ANSWERS, "objective": "food_contact"})
    assert asked.status_code == 200 and "A person must first say which agreement applies" in asked.text
    both = post(browser, "/drafts/new", warning="W1", do="route", agreement=["SPS", "TBT"], **{**ANSWERS, "objective": "food_contact"})
    assert "SPS notification" in both.text and "TBT notification" in both.text and "li" in both.text
    assert [row["notification_id"] for row in browser.get("/drafts.json").json()["drafts"]] == [1]


def test_a_draft_is_begun_from_a_case_with_a_measure(browser: TestClient) -> None:
    page = browser.get("/drafts/new?warning=W1").text
    assert "120 lots inspected, 9 failed" in page and 'href="/warnings/W1"' in page
    begun = post(browser, "/drafts/new", warning="W1", do="draft", language="fr", **ANSWERS)
    assert (begun.status_code, begun.headers["location"]) == (303, "/drafts/2")
    draft = browser.get("/drafts/2.json").json()
    assert (draft["form"], draft["language"], draft["case_id"], draft["state"]) == ("tbt", "fr", "W1", "draft")
    assert draft["question"]["gate"]["by"] == "li" and draft["boxes"]["articles"] == "2.9.2"
    assert (
        post(
            browser, "/drafts/new", warning="W1", do="draft", agreement=["SPS", "TBT"], **{**ANSWERS, "objective": "food_contact"}
        ).headers["location"]
        == "/drafts"
    )
    assert [row["agreement"] for row in browser.get("/drafts.json").json()["drafts"]] == ["TBT", "SPS", "TBT", "TBT"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"warning": "W2"}, "no measure in force"), ({"objective": "profit"}, "none of"), ({"effect": ""}, "effect"),
        ({"standard": "best"}, "none of"), ({"language": "zh"}, "none of"),
    ],
)  # fmt: skip
def test_what_leads_to_no_draft_is_said_and_the_answers_stay(browser: TestClient, said: dict[str, str], told: str) -> None:
    answer = post(browser, "/drafts/new", **{"warning": "W1", "do": "draft", "local": "Shanghai", **ANSWERS, **said})
    assert answer.status_code == 409 and told in refusal(answer) and 'value="Shanghai"' in answer.text
    assert len(browser.get("/drafts.json").json()["drafts"]) == 1


def test_a_warning_that_is_not_there_asks_which_one(browser: TestClient) -> None:
    answer = browser.get("/drafts/new?warning=%3Cscript%3E")
    assert answer.status_code == 404 and "<script>" not in answer.text
    assert "/drafts/new?warning=W1" in answer.text, "cases with a measure are offered"


def test_boxes_are_checked_while_being_written_and_nothing_is_kept(browser: TestClient) -> None:
    before = browser.get("/drafts/1.json").json()
    form = written(browser, comments_until="30 days from circulation", hs_codes="toys", articles="")
    told = browser.post("/drafts/1/check.json", data=form).json()
    by_key = {one["key"]: one for one in told["breaches"]}
    assert by_key["comments_until"]["rule"] == "comment_period" and by_key["comments_until"]["text"].startswith("30 days for comments")
    assert {"rule", "source", "named", "word", "where"} <= set(by_key["hs_codes"]) and by_key["articles"]["severity"] == "error"
    assert set(told["changed"]) == {"comments_until", "hs_codes", "articles"} and told["version"] == 1
    assert browser.get("/drafts/1.json").json() == before
    post(browser, "/language", lang="zh_CN", next="/drafts")
    in_chinese = browser.post("/drafts/1/check.json", data=written(browser, hs_codes="toys")).json()["breaches"]
    assert "不是HS编码" in next(one["text"] for one in in_chinese if one["key"] == "hs_codes")


def test_checking_needs_the_form_s_own_token(browser: TestClient) -> None:
    assert browser.post("/drafts/1/check.json", data=written(browser) | {"csrf": "guessed"}).status_code == 403
    assert browser.post("/drafts/9/check.json", data=written(browser)).status_code == 404


def test_saving_keeps_what_was_changed_and_tells_what_the_rules_say(browser: TestClient) -> None:
    assert save(browser).status_code == 303 and browser.get("/drafts/1.json").json()["version"] == 1, "nothing changed, nothing written"
    assert save(browser, hs_codes="toys", description="Line one.\r\nLine two.").status_code == 303
    draft = browser.get("/drafts/1.json").json()
    assert (draft["version"], draft["boxes"]["description"]) == (2, "Line one.\nLine two.")
    assert set(draft["steps"][-1]["fields"]["boxes"]) == {"hs_codes", "description"}
    page = browser.get("/drafts/1").text
    assert "is no HS code" in page and "rule hs_code" in page and 'href="#part-hs_codes"' in page
    save(browser, hs_codes="9503", description="")
    assert (kept(browser)["hs_codes"], kept(browser)["description"]) == ("9503", "Not stated"), "a box is never blank"


def test_ticks_are_joined_and_can_be_taken_away(browser: TestClient) -> None:
    save(browser, articles=["", "2.9.2", "3.2"])
    assert kept(browser)["articles"] == "2.9.2,3.2"
    save(browser, articles=[""])
    assert kept(browser)["articles"] == ""
    save(browser, articles=["", "9.9"])
    assert 'value="9.9" checked' in browser.get("/drafts/1").text, "what the form does not know is shown, not lost"


def test_two_people_at_one_draft_lose_nothing(browser: TestClient) -> None:
    mine = written(browser, title="My title", description="My words")
    save(browser, description="Their words", rationale="Their reason")  # somebody else, meanwhile
    refused = browser.post("/drafts/1/save", data=mine)
    assert (
        refused.status_code == 409 and "Changed meanwhile" in refusal(refused) and "li: edit (description, rationale)" in refusal(refused)
    )
    for text in ("My title", "My words", "Their words", "Their reason", "Another person wrote here meanwhile"):
        assert text in refused.text, text
    assert 'name="next" value="/drafts/1"' in refused.text, "the switch of language leads to the page, not to the form"
    assert kept(browser)["description"] == "Their words"
    assert browser.post("/drafts/1/save", data=boxes_of(refused.text)).status_code == 303
    now = kept(browser)
    assert (now["title"], now["description"], now["rationale"]) == ("My title", "My words", "Their reason")


def test_a_text_too_long_is_refused_and_stays(browser: TestClient) -> None:
    refused = save(browser, description="w" * 100_000)
    assert refused.status_code == 409 and "20000" in refusal(refused).replace(",", "") and "w" * 100_000 in refused.text
    assert "w" * 100 not in kept(browser)["description"]


def test_hostile_words_are_shown_and_exported_harmless(browser: TestClient) -> None:
    save(browser, title=HOSTILE, description="+cmd|' /C calc'!A0", comments_until=HOSTILE)
    step(browser, "submit")
    step(browser, "return", reason=HOSTILE)
    for address in ("/drafts", "/drafts/1", "/drafts/new?warning=W1", f"/drafts?q={'%3Cscript%3E'}"):
        page = browser.get(address).text
        assert not any(bad in page for bad in ("<script>alert", "<img", "\u202e", "style=")), address
    for address in ("/drafts.csv", "/drafts/1.csv"):
        rows = csv.reader(io.StringIO(browser.get(address).content.decode("utf-8-sig")))
        assert all(not cell.startswith(("=", "+", "@", "-")) for row in rows for cell in row), address


def test_the_whole_life_with_a_second_person(browser: TestClient) -> None:
    save(browser, hs_codes="toys")
    step(browser, "submit")
    sit_down(browser, "wang")
    assert "First every error named by the rules has to go." in browser.get("/drafts/1").text
    assert "hs_code" in refusal(step(browser, "approve"))
    sit_down(browser, "li")
    save(browser, hs_codes="9503")
    assert browser.get("/drafts/1.json").json()["state"] == "draft", "writing takes it out of the review"
    step(browser, "submit")
    assert step(browser, "approve").status_code == 409, "an officer approves nothing"
    sit_down(browser, "wang")
    assert step(browser, "approve").status_code == 303
    assert step(browser, "hand_over").status_code == 409, "the receipt is missing"
    step(browser, "hand_over", receipt="MOFCOM 12")
    assert "G/SPS" in refusal(step(browser, "circulate", symbol="G/SPS/N/CHN/1", day=str(NIGHT)))
    step(browser, "circulate", symbol="G/TBT/N/CHN/1500", day=str(NIGHT))
    step(browser, "receive_comment", member="European Union", text=HOSTILE, day=str(NIGHT))
    assert step(browser, "answer_comments").status_code == 409
    assert post(browser, "/drafts/1/answers/1", answer="Because.").status_code == 303
    assert post(browser, "/drafts/1/answers/1", answer="Again").status_code == 409
    assert post(browser, "/drafts/1/answers/9", answer="x").status_code == 404
    for action in ("answer_comments", "adopt", "enter_force"):
        assert step(browser, action, day=str(NIGHT)).status_code == 303, action
    draft = browser.get("/drafts/1.json").json()
    assert (draft["state"], draft["symbol"], draft["comments"][0]["answer"]) == ("in_force", "G/TBT/N/CHN/1500", "Because.")
    assert browser.get("/measures/G/TBT/N/CHN/1500").headers["location"] == "/drafts/1"


def test_the_two_questions_may_be_answered_later(browser: TestClient) -> None:
    post(browser, "/drafts/new", warning="W1", do="draft", **{**ANSWERS, "standard": "", "effect": ""})
    assert "have no answer by a person" in browser.get("/drafts/2").text
    assert post(browser, "/drafts/2/gate", version="1", standard="none").status_code == 409
    assert post(browser, "/drafts/2/gate", version="9", standard="none", effect="yes").status_code == 409, "not what the person saw"
    assert post(browser, "/drafts/2/gate", version="1", standard="deviates", effect="yes").status_code == 303
    draft = browser.get("/drafts/2.json").json()
    assert draft["question"]["gate"] == {"standard": "deviates", "significant_effect": True, "by": "li", "on": str(NIGHT)}
    assert (draft["version"], [one["key"] for one in draft["breaches"] if one["rule"] == "gate"]) == (2, [])
    assert "yes, the measure deviates from it" in browser.get("/drafts/2").text.split('id="history"')[1]
    sit_down(browser, "looker")
    assert post(browser, "/drafts/2/gate", version="2", standard="none", effect="no").status_code == 409


def test_who_wrote_it_is_told_that_another_must_approve(browser: TestClient) -> None:
    sit_down(browser, "wang")
    save(browser, title="Wang's title")
    step(browser, "submit")
    assert "A second person does this" in browser.get("/drafts/1").text
    assert "second person" in refusal(step(browser, "approve"))
    sit_down(browser, "zhou")
    assert step(browser, "approve").status_code == 303


def test_what_was_circulated_is_followed_by_an_addendum(browser: TestClient) -> None:
    assert post(browser, "/drafts/1/follow", form="addendum").status_code == 409, "it has no symbol yet"
    sit_down(browser, "zhou")
    for action, fields in (
        ("submit", {}),
        ("approve", {}),
        ("hand_over", {"receipt": "r"}),
        ("circulate", {"symbol": "G/TBT/N/CHN/7", "day": str(NIGHT)}),
    ):
        assert step(browser, action, **fields).status_code == 303, action
    assert post(browser, "/drafts/1/follow", form="letter").status_code == 409
    assert post(browser, "/drafts/1/follow", form="addendum").headers["location"] == "/drafts/2"
    second = browser.get("/drafts/2.json").json()
    assert (second["form"], second["boxes"]["symbol"], second["parent_id"], second["case_id"]) == ("addendum", "G/TBT/N/CHN/7", 1, "W1")
    assert 'href="/drafts/2"' in browser.get("/drafts/1").text and 'href="/drafts/1"' in browser.get("/drafts/2").text


def test_readers_read(browser: TestClient) -> None:
    for login in ("looker", "admin"):
        sit_down(browser, login)
        page = browser.get("/drafts/1").text
        assert "<textarea" not in page and "/step" not in page and "drafts.js" not in page and "form.pdf" in page, login
        assert "Your role reads" in browser.get("/drafts/new").text
        sent = {"csrf": csrf_of(browser, "/drafts/1"), "version": "1"}
        assert browser.post("/drafts/1/save", data=sent | {"box.title": "x"}).status_code == 409
        assert browser.post("/drafts/1/step", data=sent | {"action": "submit"}).status_code == 409
        assert post(browser, "/drafts/new", warning="W1", do="draft", **ANSWERS).status_code == 409
    assert browser.get("/drafts/1.json").json()["version"] == 1


def test_the_form_as_files(browser: TestClient) -> None:
    answers = {kind: browser.get(f"/drafts/1/form.{kind}") for kind in ("docx", "pdf", "json")}
    assert all('filename="RW-W-000001-tbt.' in one.headers["content-disposition"] for one in answers.values())
    assert "DRAFT, NOT NOTIFIED" in "\n".join(p.text for p in Document(io.BytesIO(answers["docx"].content)).paragraphs)
    assert answers["pdf"].content.startswith(b"%PDF") and answers["json"].json()["form"] == "tbt"
    assert browser.get("/drafts/1/form.exe").status_code == browser.get("/drafts/9/form.pdf").status_code == 404


def test_the_list_says_what_is_due_and_is_filtered(browser: TestClient) -> None:
    save(browser, adoption="2027-03-01", title="Toys that choke")
    (row,) = browser.get("/drafts.json?q=choke w1&state=draft&agreement=TBT").json()["drafts"]
    assert (row["due_on"], row["due_what"]) == ("2026-12-31", "circulate_by"), "sixty days before the adoption"
    assert (row["error_count"], row["serial"]) == (0, "RW-W-000001")
    assert browser.get("/drafts.json?q=nothing").json()["drafts"] == browser.get("/drafts.json?state=approved").json()["drafts"] == []
    assert "Toys that choke" in browser.get("/drafts").text and "No draft fits" in browser.get("/drafts?agreement=SPS").text


def test_numbers_that_no_draft_can_have(browser: TestClient) -> None:
    assert [browser.get(f"/drafts/{number}.json").status_code for number in (0, 99, 2**31, 10**30)] == [422, 404, 422, 422]
    assert post(browser, f"/drafts/{10**30}/save").status_code == 422


def test_every_change_is_on_record(browser: TestClient, settings: Settings) -> None:
    save(browser, title="New")
    step(browser, "submit")
    with open_store(settings) as store, store.engine.connect() as con:
        assert audit.verify(con) == []
        assert [(one["actor"], one["action"]) for one in audit.trail(con, "notification 1")] == [
            ("li", "create"),
            ("li", "edit"),
            ("li", "submit"),
        ]


def test_every_word_of_forms_and_steps_is_in_both_catalogues() -> None:
    boxes = [box for form in FORMS for box in template(form).boxes]
    words = [f"box {box.key}" for box in boxes] + [f"form {form}" for form in FORMS] + [f"language {lang}" for lang in WTO_LANGS]
    words += [f"option {box.key} {option.code}" for box in boxes for option in box.options if box.key != "articles"]
    words += [f"box kind {kind}" for kind in ("date", "hs", "symbol")] + [f"standard {one}" for one in Standard]
    words += (
        [f"instrument {one}" for one in Instrument] + [f"measure status {one}" for one in Status] + [f"outcome {one}" for one in Outcome]
    )
    words += [f"calendar {what}" for what in ORDER] + [f"calendar short {what}" for what in ORDER]
    words += [f"draft due {what}" for what in ORDER if what != "inside"] + [f"comment step {one}" for one in (*MOVES, "collect", "rewrite")]
    words += [f"comment source {kind}" for kind in SOURCE_KINDS] + [f"exchange {kind}" for kind in EXCHANGES]
    words += [f"concern {state}" for state in STATES] + [f"weekday {n}" for n in range(7)] + [f"grade {n}" for n in (1, 2, 3)]
    for lang in LANGS:
        assert set(words) - messages(lang).keys() == set()


@pytest.mark.parametrize(
    "address", ["/drafts/1/save", "/drafts/1/step", "/drafts/1/follow", "/drafts/1/gate", "/drafts/1/answers/1", "/drafts/new"]
)
def test_forms_of_elsewhere_are_refused(browser: TestClient, address: str) -> None:
    assert browser.post(address, data={"csrf": "guessed", "action": "submit"}).status_code == 403
    assert browser.get("/drafts/1.json").json()["version"] == 1
