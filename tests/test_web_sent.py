"""Forms as they are sent and files as they are saved: what is no token, no text, or no longer the file that was attached."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from drafts_web_data import console, post, sit_down
from fastapi.testclient import TestClient
from starlette.datastructures import FormData, UploadFile
from web_data import Clock, csrf_of, employ, publish, told

from riskwarn.cases import open_store
from riskwarn.settings import Settings
from riskwarn.web.saving import saved_as
from riskwarn.web.sent import texts

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def browser(settings: Settings) -> Iterator[TestClient]:
    """Officer Li at a console with one warning."""
    publish(settings, [told("W1")])
    employ(settings, Clock()())
    with console(settings) as one:
        sit_down(one, "li")
        yield one


def test_a_form_without_a_token_or_with_a_file_in_its_place_is_refused(browser: TestClient) -> None:
    said = {"action": "review", "version": "0"}
    assert browser.post("/warnings/W1/step", data=said).status_code == 403
    assert browser.post("/warnings/W1/step", data=said | {"csrf": ""}).status_code == 403
    assert browser.post("/warnings/W1/step", data=said, files={"csrf": ("a.txt", csrf_of(browser).encode())}).status_code == 403
    assert post(browser, "/warnings/W1/step", **said, reason="字" * 5000).status_code == 303
    assert "字" * 5000 in browser.get("/warnings/W1").text, "as much as the page lets people write"


def test_fields_are_texts_cut_to_a_bound_without_files_and_token() -> None:
    form = FormData([("csrf", "secret"), ("reason", "十" * 11), ("short", "x"), ("file", UploadFile(io.BytesIO(PDF)))])
    assert texts(form, 10) == {"reason": "十" * 10, "short": "x"}


def test_whatever_a_name_holds_it_stays_a_name() -> None:
    name = 'a/报告"; x=\r\ny.pdf'
    header = saved_as(name)["Content-Disposition"]
    assert header == "attachment; filename=\"a______x___y.pdf\"; filename*=UTF-8''a%2F%E6%8A%A5%E5%91%8A%22%3B%20x%3D%0D%0Ay.pdf"


def test_each_number_is_its_own_file_and_one_that_changed_or_is_gone_is_none(browser: TestClient, settings: Settings) -> None:
    contents = [PDF, PDF + b"%second\n", PDF + b"%third\n"]
    for content in contents:
        form = {"csrf": csrf_of(browser, "/warnings/W1")}
        assert browser.post("/warnings/W1/files", data=form, files={"file": ("a.pdf", content)}).status_code == 303
    assert [browser.get(f"/warnings/W1/files/{number}").status_code for number in (0, 4)] == [404, 404]
    found = [browser.get(f"/warnings/W1/files/{number}") for number in (1, 2, 3)]
    assert [(one.status_code, one.content, one.headers["content-type"]) for one in found] == [(200, c, "application/pdf") for c in contents]
    with open_store(settings) as store:
        for kept in store.attachments.iterdir():
            if kept.read_bytes() == contents[0]:
                kept.unlink()
            elif kept.read_bytes() == contents[1]:
                kept.chmod(0o600)
                kept.write_bytes(b"<script>")
    assert [browser.get(f"/warnings/W1/files/{number}").status_code for number in (1, 2, 3)] == [404, 404, 200]
