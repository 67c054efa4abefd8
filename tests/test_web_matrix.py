"""Every route against every role. A route that nobody has decided on fails: write it into the table below.

``all``: every signed-in person; ``readers``: supervisors and administrators; ``admin``: administrators; ``open``: nobody need be signed in;
``form``: the form is looked at for every signed-in person, and the rules of the case store (tested beside it) say whether it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from web_data import PEOPLE, Clock, client, employ, publish, told

from riskwarn.cases.accounts import begin_session
from riskwarn.cases.audit import head_of
from riskwarn.settings import Settings

DECIDED = """
open   GET  / /openapi.json /sign-in /sign-in/provider /sign-in/return
open   POST /sign-in
all    GET  /night.json /kept/{kept_id} /password /me /me.json /units /units.json /units.csv
all    GET  /warnings /warnings.json /warnings.csv /warnings/{warning_id}.json /warnings/{warning_id} /warnings/{warning_id}/print
all    GET  /warnings/{case_id}/files/{number} /warnings/{case_id}/notices/{number}/{name}
all    GET  /products /products.json /products.csv /enterprises /enterprises.json /enterprises.csv
all    GET  /enterprises/{code:path}.json /enterprises/{code:path}.csv /enterprises/{code:path}
all    GET  /measures /measures.json /measures.csv /measures/{symbol:path}.json /measures/{symbol:path}.csv /measures/{symbol:path}
all    GET  /sources /sources.json /sources.csv /sources-days.csv /sources/{source} /sources/{source}.json /sources/{source}.csv
all    GET  /sources/{source}/rows/{delivery}/{row_no} /sources/{source}/rows/{delivery}/{row_no}.json /data-docs/{name}
all    GET  /information /information.json /information.csv /information/{number:int} /information/{number:int}.json
all    GET  /information/{number:int}/files/{file:int}
all    GET  /products/{scheme}/{code}/{country} /products/{scheme}/{code}/{country}.json /products/{scheme}/{code}/{country}.csv
all    GET  /sources/{source}/checks /sources/{source}/checks.json /sources/{source}/checks.csv
all    GET  /quality /quality.json /quality.csv /quality-months.csv /quality-backtest.csv
all    GET  /drafts /drafts.json /drafts.csv /drafts/new /drafts/{number:int} /drafts/{number:int}.json /drafts/{number:int}.csv
all    GET  /drafts/{number:int}/form.{kind} /calendar /calendar.json /calendar.csv /calendar.ics /comments/export
all    GET  /barriers /barriers.json /barriers.csv /concerns /concerns.json /concerns.csv /cut /cut.json /cut.csv
readers GET /audit /audit.json /audit.csv
admin  GET  /people /people.json /people.csv /people/{login} /people/{login}.json /deputies /deputies.json /deputies.csv
admin  GET  /subscriptions /subscriptions.json /subscriptions.csv
admin  POST /people /people/{login}/sign-out
form   POST /sign-out /password /kept/{kept_id} /kept/{kept_id}/drop /views /views/{view_id}/forget
form   POST /me/sign-out /deputies /deputies/{deputy_id}/end /subscriptions /subscriptions/{subscriber_id}/end
form   POST /warnings/{case_id}/step /warnings/{case_id}/files /warnings/{case_id}/notices
form   POST /sources/{source}/rows/{delivery}/{row_no} /sources/{source}/decide /information /information/{number:int}/promote
form   POST /drafts/new /drafts/{number:int}/check.json /drafts/{number:int}/save /drafts/{number:int}/step /drafts/{number:int}/follow
form   POST /drafts/{number:int}/gate
form   POST /drafts/{number:int}/answers/{received:int} /comments /comments/{number:int}/rewrite /comments/{number:int}/move /exchanges
form   POST /concerns /concerns/{number:int}/follow
open   POST /language
"""
MAY = {
    "open": {*PEOPLE, ""}, "all": set(PEOPLE), "form": set(PEOPLE), "readers": {"admin", "wang", "zhou"}, "admin": {"admin"},
}  # fmt: skip
OWN = ("/sign-out", "/me/sign-out")  # end the session that the test goes on with
FILLED = {"warning_id": "W1", "case_id": "W1", "source": "port_inspections", "kind": "docx", "login": "ghost", "name": "1.json"}


def decided() -> dict[tuple[str, str], str]:
    lines = (line.split() for line in DECIDED.strip().splitlines())
    return {(method, path): who for who, method, *paths in lines for path in paths}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings, clock = Settings(home=tmp_path_factory.mktemp("home")), Clock()
    publish(settings, [told("W1", series_key="product_origin|import|HS|9503|VN|*|*")])
    employ(settings, clock())
    with client(settings, clock) as browser:
        yield browser


@pytest.fixture(scope="module")
def tokens(opened: TestClient) -> dict[str, tuple[str, str]]:
    """Of each person, the token of a session and that of its forms."""
    desk = cast("Any", opened.app).state.desk
    with desk.store.writing() as con:
        made = {login: begin_session(con, login, desk.clock(), "password") for login in PEOPLE}
    found = {"": ("", "")}
    for login, token in made.items():
        page = ask(opened, token, "GET", "/me").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        assert csrf is not None
        found[login] = (token, csrf[1])
    return found


def routes(app: Any) -> set[tuple[str, str]]:
    made = [(set(route.methods), route.path) for route in app.routes if getattr(route, "methods", None)]
    return {(method, path) for methods, path in made for method in methods - {"HEAD"}}


def address(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: FILLED.get(found[1], "1"), path)


def ask(browser: TestClient, token: str, method: str, path: str, said: dict[str, str] | None = None) -> Any:
    browser.cookies.clear()
    if token:
        browser.cookies.set("riskwarn", token)
    return browser.request(method, address(path), data=said)


def test_every_route_is_decided_on(opened: TestClient) -> None:
    there, written = routes(opened.app), set(decided())
    assert sorted(there - written) == [], "new routes: say in DECIDED who may use them"
    assert sorted(written - there) == [], "routes that are gone"


@pytest.mark.parametrize("who", ["", *PEOPLE])
def test_each_page_is_for_whom_it_is_meant(opened: TestClient, tokens: dict[str, tuple[str, str]], who: str) -> None:
    wrong = []
    for (method, path), may in sorted(decided().items()):
        if method == "GET":
            answer = ask(opened, tokens[who][0], "GET", path)
            wrong += _wrong(path, may, who, answer)
    assert wrong == []


def _wrong(path: str, may: str, who: str, answer: Any) -> list[str]:
    """What is not as decided: who may not gets a refusal and nothing else, who may no refusal; nothing breaks for anybody."""
    told = f"{path} ({may}) for {who or 'nobody'}: {answer.status_code}"
    if who in MAY[may]:
        return [told] if answer.status_code in (401, 403) or answer.status_code >= 500 else []
    refusals = (401, 303) if not who else (403,)
    is_refused = answer.status_code in refusals and (answer.status_code != 303 or answer.headers["location"].startswith("/sign-in"))
    return [] if is_refused else [told]


@pytest.mark.parametrize("who", ["", *PEOPLE])
def test_no_form_counts_without_its_token(opened: TestClient, tokens: dict[str, tuple[str, str]], who: str) -> None:
    wrong = []
    for (method, path), may in sorted(decided().items()):
        if method != "POST" or may == "open":
            continue
        answer = ask(opened, tokens[who][0], "POST", path, {"csrf": "guessed"})
        expected = (303, 401) if not who else (403,)
        if answer.status_code not in expected:
            wrong.append(f"{path} for {who or 'nobody'}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", PEOPLE)
def test_forms_are_looked_at_or_refused_by_role(opened: TestClient, tokens: dict[str, tuple[str, str]], who: str) -> None:
    """An empty form changes nothing, whoever sends it."""
    wrong = []
    store = cast("Any", opened.app).state.desk.store
    with store.engine.connect() as con:
        before = head_of(con)
    for (method, path), may in sorted(decided().items()):
        if method != "POST" or may == "open" or path in OWN:
            continue
        answer = ask(opened, tokens[who][0], "POST", path, {"csrf": tokens[who][1]})
        if who not in MAY[may]:
            wrong += [f"{path} for {who}: {answer.status_code}"] if answer.status_code != 403 else []
        elif answer.status_code in (401,) or answer.status_code >= 500:
            wrong.append(f"{path} for {who}: {answer.status_code}")
    with store.engine.connect() as con:
        after = head_of(con)
    assert wrong == []
    assert after == before
