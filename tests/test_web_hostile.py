"""Hostile text through every field of every form, and in what was delivered: shown as text, exported as text, and nothing breaks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
import pytest
from fastapi.testclient import TestClient
from web_data import PEOPLE, Clock, client, employ, publish, told

from riskwarn.cases.accounts import begin_session
from riskwarn.places import PACKAGE
from riskwarn.settings import Settings

# Each would leave something behind that clean() finds: an element or an attribute called xss, a script, a product of seven and 1913.
HOSTILE = (
    "<script>xss(1)</script><xss a=1>",
    '"><img src=x onerror=xss(1) xss=1>',
    "' autofocus onfocus='xss(1)' xss='1",
    "</textarea></title></select><xss>",
    "{{ 7 * 1913 }}{% for x in y %}${7*1913}#{7*1913}",
    "javascript:xss(1)",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "null\0character \x01\x1b[31m\x7f\x85",
    "'; drop table person; -- \" or 1=1 %27 \\' union select",
    "%s %(x)s {0} {x.__class__} %n",
    "字" * 34_000,
)
# What must stand at the beginning goes alone, the others go in one field together.
TEXTS = ("".join(HOSTILE[:5] + HOSTILE[8:9] + HOSTILE[10:12]), *HOSTILE[5:8], HOSTILE[9], HOSTILE[12])
HALF = b"%ED%A0%80half%ED%BF%BF"  # half a character, as no browser writes it but anybody can
TEMPLATES = PACKAGE / "web" / "templates"
ELEMENTS = {name for path in TEMPLATES.glob("*.html") for name in re.findall(r"<([a-z][a-z0-9]*)", path.read_text(encoding="utf-8"))}
STARTS = {
    "li": ("/warnings", "/warnings/W1", "/information", "/drafts/new", "/drafts", "/concerns", "/calendar", "/measures", "/me", "/sources"),
    "wang": ("/warnings/W1", "/audit"),
    "admin": ("/people", "/people/zhou", "/deputies", "/subscriptions", "/units"),
}
NEVER = ("/sign-out", "/me/sign-out", "/password", "/language")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings, clock = Settings(home=tmp_path_factory.mktemp("home"), mail_from="risk@customs.test"), Clock()
    spoiled = {
        "product_name_zh": HOSTILE[0] + HOSTILE[1], "product_name": HOSTILE[2], "reason_zh": HOSTILE[6] + HOSTILE[3],
        "reason_en": HOSTILE[4], "freshness_note": HOSTILE[8], "proposal": HOSTILE[5],
    }  # fmt: skip
    key = "product_origin|import|HS|9503|VN|*|*"
    publish(settings, [told("W1", level="red", series_key=key), told("W2", series_key=key, **spoiled)])
    employ(settings, clock())
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture(scope="module")
def tokens(opened: TestClient) -> dict[str, str]:
    desk = cast("Any", opened.app).state.desk
    with desk.store.writing() as con:
        return {login: begin_session(con, login, desk.clock(), "password") for login in PEOPLE}


class Walk:
    """One person's way through the console: pages read and checked, forms filled in."""

    def __init__(self, browser: TestClient, token: str) -> None:
        self.browser = browser
        self.token = token

    def ask(self, method: str, where: str, **said: Any) -> Any:
        self.browser.cookies.clear()
        self.browser.cookies.set("riskwarn", self.token)
        answer = self.browser.request(method, where, **said)
        assert answer.status_code < 500, (method, where, said)
        if answer.headers.get("content-type", "").startswith("text/html") and answer.text:
            clean(answer.text, f"{method} {where}")
        return answer

    def page(self, where: str) -> Any:
        answer = self.ask("GET", where)
        return lxml.html.fromstring(answer.text) if answer.headers.get("content-type", "").startswith("text/html") else None

    def forms(self, where: str) -> list[Any]:
        page = self.page(where)
        return [] if page is None else [form for form in page.forms if not (form.get("action") or "").startswith(NEVER)]


def clean(text: str, where: str) -> None:
    """The page has no element and no attribute that our templates do not write, and nothing of a template was worked out."""
    page = lxml.html.fromstring(text.replace("\0", ""))
    for one in page.iter():
        if not isinstance(one.tag, str):
            continue
        assert one.tag in ELEMENTS, (where, one.tag)
        for name, value in one.attrib.items():
            assert not name.startswith(("on", "xss", "style", "srcdoc")), (where, one.tag, name)
            if name in ("href", "src", "action", "formaction"):
                assert re.match(r"/|#|https?://|data:,|\?|$", value), (where, name, value[:80])
        if one.tag == "script":
            assert not (one.text or "").strip() and one.get("src", "").startswith("/static/"), where
    assert "13391" not in text, where


def filled(form: Any, text: str) -> list[tuple[str, str]]:
    """The form's fields: what is chosen stays, or the first choice is taken; whatever can be written is ``text``."""
    said: list[tuple[str, str]] = []
    for field in form.inputs:
        name, kind = field.get("name"), (field.get("type") or "").lower()
        if not name or kind in ("file", "submit", "button"):
            continue
        if field.tag == "select":
            choices = [option.get("value") or "" for option in field.iter("option")]
            said.append((name, field.value or next(filter(None, choices), "")))
        elif kind in ("checkbox", "radio"):
            if kind == "checkbox" or name not in dict(said):
                said.append((name, field.get("value") or "on"))
        elif kind == "hidden":
            said.append((name, field.get("value") or ""))
        elif kind == "date":
            said.append((name, "2026-11-24"))
        else:
            said.append((name, "1" if kind == "number" else text))
    return said


def kind_of(form: Any) -> tuple[str, ...]:
    """Forms that differ only in a number are one."""
    return (re.sub(r"\d+", "0", form.get("action") or ""), *sorted({str(field.get("name")) for field in form.inputs}))


@pytest.mark.parametrize("who", STARTS)
def test_hostile_words_in_every_field_stay_words(opened: TestClient, tokens: dict[str, str], who: str) -> None:
    walk, met = Walk(opened, tokens[who]), set()
    for start in STARTS[who]:
        for form in walk.forms(start):
            if kind_of(form) in met:
                continue
            met.add(kind_of(form))
            where = urljoin(start, form.get("action") or start)
            if (form.method or "GET").upper() == "GET":
                for text in TEXTS:
                    walk.ask("GET", f"{where.split('?')[0]}?{urlencode(filled(form, text[:2000]))}")
                continue
            said = urlencode([(name, value) for name, value in filled(form, "HALF")]).encode().replace(b"HALF", HALF)
            for content in (said, *(urlencode(filled(form, text)) for text in TEXTS)):
                answer = walk.ask("POST", where, content=content, headers=URLENCODED)
                if answer.status_code == 303:  # it counted: the next one takes the form as it is now, if it is still there
                    form = next((one for one in walk.forms(start) if kind_of(one) == kind_of(form)), form)
    assert len(met) >= 4, met


URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("who", ["li", "admin"])
def test_every_page_and_export_is_harmless_afterwards(opened: TestClient, tokens: dict[str, str], who: str) -> None:
    walk, waiting, seen = Walk(opened, tokens[who]), ["/warnings", "/warnings?closed=true", "/audit"], set()
    while waiting and len(seen) < 150:
        where = waiting.pop(0)
        shape = re.sub(r"\d+", "0", where.partition("?")[0])
        if shape in seen or where.startswith(NEVER) or shape.endswith((".pdf", ".docx", ".zip", ".ics")):
            continue
        seen.add(shape)
        answer = walk.ask("GET", where)
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html"):
            page = lxml.html.fromstring(answer.text)
            links = [urljoin(where, str(link.get("href"))) for link in page.iter("a") if link.get("href")]
            waiting += [link.partition("#")[0] for link in links if not urlsplit(link).netloc and link.startswith("/")]
        elif kind.startswith("text/csv"):
            cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
            bad = [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r")) or re.match(r"-[^\d.]", cell)]
            assert bad == [], (where, bad[:3])
        elif kind.startswith("application/json"):
            answer.json()
    assert len(seen) > 15, seen
