"""Signing in by an identity provider that really signs: who gets in, and every way in which its word is not believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from oidc_provider import CLIENT, SECRET, Provider, serving
from pydantic import SecretStr, ValidationError
from web_data import Clock, client, csrf_of, employ, enter, publish, told

from riskwarn.cases import CaseStore
from riskwarn.cases.audit import head_of, verify
from riskwarn.cases.audit_tables import audit_entry
from riskwarn.cases.people import Person, find_person, put_person
from riskwarn.settings import Settings

BACK = "http://console.test/sign-in/return"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(clock: Clock) -> Iterator[Provider]:
    with serving(clock, (BACK,)) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.reset()
    return running


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    publish(settings, [told("W1")])
    employ(settings, clock())
    return settings.home


def settings_on(home: Path, provider: Provider, **changes: Any) -> Settings:
    said = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    return Settings(home=home, **{**said, **changes})


@pytest.fixture(scope="module")
def opened(home: Path, running: Provider, clock: Clock) -> Iterator[TestClient]:
    with client(settings_on(home, running), clock) as browser:
        yield browser


@pytest.fixture
def browser(opened: TestClient, provider: Provider) -> TestClient:
    """A browser that was nowhere yet, at one console for all tests."""
    opened.cookies.clear()
    return opened


def store_of(browser: TestClient) -> CaseStore:
    store: CaseStore = cast("Any", browser.app).state.desk.store
    return store


def there(browser: TestClient, next: str = "/warnings") -> str:
    """Follows the link to the provider and its answer; returns the address that leads back to the console."""
    answer = browser.get("/sign-in/provider", params={"next": next})
    assert answer.status_code == 303, answer.text
    said = httpx.get(answer.headers["location"], follow_redirects=False)
    assert said.status_code == 302, said.text
    return str(said.headers["location"])


def arrive(browser: TestClient, next: str = "/warnings") -> httpx.Response:
    return browser.get(there(browser, next))


def newest(browser: TestClient) -> dict[str, Any]:
    """The newest entry of the audit trail."""
    with store_of(browser).engine.connect() as con:
        row = con.execute(audit_entry.select().order_by(audit_entry.c.entry_id.desc()).limit(1)).mappings().one()
        return dict(row) | {"after": json.loads(row["after"])}


def test_a_known_person_enters_and_it_is_on_record(browser: TestClient, provider: Provider) -> None:
    page = browser.get("/sign-in?next=/warnings%3Fq%3Dx").text
    assert 'href="/sign-in/provider?next=/warnings%3Fq%3Dx"' in page and 'name="password"' in page
    answer = arrive(browser, "/warnings?q=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/warnings?q=x")
    assert "SameSite=lax" in answer.headers["set-cookie"] and "HttpOnly" in answer.headers["set-cookie"]
    assert "Li" in browser.get("/warnings").text
    assert (newest(browser)["actor"], newest(browser)["action"], newest(browser)["after"]) == ("li", "sign_in", {"method": "provider"})
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert {asked["state"], asked["nonce"]} & {"", "None"} == set()
    assert "form-action 'self'" in answer.headers["content-security-policy"]  # a link leads to the provider, no form


def test_signing_out_offers_the_providers_own(browser: TestClient, provider: Provider) -> None:
    arrive(browser)
    answer = browser.post("/sign-out", data={"csrf": csrf_of(browser)})
    assert answer.headers["location"] == "/sign-in?out=true"
    assert f"{provider.issuer}/end?client_id=riskwarn%20console&amp;post_logout_redirect_uri=http%3A%2F%2Fconsole.test" in browser.get(
        "/sign-in?out=true"
    ).text.replace("&#x2F;", "/")
    assert browser.get("/warnings").status_code == 303
    assert newest(browser)["action"] == "sign_out"


def test_a_password_is_not_asked_of_who_comes_from_elsewhere(browser: TestClient) -> None:
    arrive(browser)
    assert 'name="old"' not in browser.get("/password").text
    assert browser.post("/password", data={"csrf": csrf_of(browser), "old": "x", "new": "y" * 20, "again": "y" * 20}).status_code == 403


NOW = int(Clock()().timestamp())
FALSE: dict[str, dict[str, Any]] = {
    "another nonce": {"change": {"nonce": "of another way in"}},
    "no nonce": {"change": {"nonce": None}},
    "for another audience": {"change": {"aud": "somebody else"}},
    "another issuer": {"change": {"iss": "https://evil.test"}},
    "expired": {"change": {"exp": NOW - 120}},
    "not yet": {"change": {"nbf": NOW + 600}},
    "no end": {"change": {"exp": None}},
    "without a subject": {"change": {"sub": None}},
    "signed with another key of the same name": {"key": RSAKey.generate_key(2048, {"kid": "one"})},
    "signed with a key that is not published": {"key": RSAKey.generate_key(2048, {"kid": "two"})},
    "signed with what both know": {"header": {"alg": "HS256"}},
}


@pytest.mark.parametrize("what", FALSE)
def test_a_false_token_lets_nobody_in(browser: TestClient, provider: Provider, what: str) -> None:
    for name, value in FALSE[what].items():
        setattr(provider, name, value)
    answer = arrive(browser)
    assert (answer.status_code, "无法核验" in answer.text) == (403, True)
    assert browser.get("/warnings").status_code == 303
    assert (newest(browser)["actor"], newest(browser)["action"]) == ("unknown", "refused")
    assert newest(browser)["after"]["method"] == "provider"


def test_a_new_key_of_the_provider_is_asked_for(browser: TestClient, provider: Provider) -> None:
    arrive(browser)
    browser.cookies.clear()
    provider.key = RSAKey.generate_key(2048, {"kid": "new"})
    provider.keys = [provider.keys[0], provider.key]
    assert arrive(browser).headers["location"] == "/warnings"


def test_an_answer_is_good_once_in_the_browser_that_asked_for_ten_minutes(
    browser: TestClient, home: Path, provider: Provider, clock: Clock
) -> None:
    used = there(browser)
    assert browser.get(used).status_code == 303
    assert (browser.get(used).status_code, "重新登录" in browser.get(used).text) == (403, True)
    taken = there(browser)
    with client(settings_on(home, provider), clock) as other:  # who catches the address of another's return
        assert other.get(taken).status_code == 403
    forged = taken.replace(parse_qs(urlsplit(taken).query)["state"][0], "guessed")
    assert browser.get(forged).status_code == 403
    late = there(browser)
    clock.pass_by(minutes=11)
    assert browser.get(late).status_code == 403
    clock.pass_by(minutes=-11)


def test_what_the_provider_refuses_is_told(browser: TestClient, provider: Provider) -> None:
    provider.answer = {"error": "access_denied"}
    answer = arrive(browser)
    assert (answer.status_code, "身份认证未通过" in answer.text) == (403, True)


def test_a_code_of_elsewhere_or_a_wrong_verifier_is_refused_by_the_provider(browser: TestClient, provider: Provider) -> None:
    back = there(browser)
    code = parse_qs(urlsplit(back).query)["code"][0]
    provider.codes[code]["code_challenge"] = "x" * 43
    assert browser.get(back).status_code == 403


def test_an_answer_of_another_issuer_is_not_believed(browser: TestClient) -> None:
    back = there(browser)
    iss = urlsplit(back).query.split("iss=")[1]
    assert browser.get(back.replace(iss, "https%3A%2F%2Fevil.test")).status_code == 403


def test_who_is_not_known_or_has_left_stays_outside(browser: TestClient, provider: Provider, clock: Clock) -> None:
    for login in ("stranger", "machine", "x" * 70, "", 7, "nul\0", "gone"):
        if login == "gone":
            with store_of(browser).writing() as con:
                put_person(con, store_of(browser).books.units, Person("gone", "Gone", "gacc", "officer", False), by="admin", at=clock())
        provider.claims = {"preferred_username": login}
        answer = arrive(browser)
        assert answer.status_code == 403, login
        assert browser.get("/warnings").status_code == 303
    assert newest(browser)["actor"] == "gone"


def test_groups_give_role_and_unit(home: Path, provider: Provider, clock: Clock) -> None:
    groups = {"qa-heads": "supervisor shanghai", "qa": "officer gacc"}
    with client(settings_on(home, provider, oidc_groups=groups), clock) as browser:
        provider.claims = {"preferred_username": "chen@gacc", "name": "陈静", "groups": ["others", "qa", "qa-heads"]}
        assert arrive(browser).status_code == 303
        with store_of(browser).engine.connect() as con:
            assert find_person(con, "chen@gacc") == Person("chen@gacc", "陈静", "shanghai", "supervisor", True)
        browser.cookies.clear()
        provider.claims = {"preferred_username": "chen@gacc", "groups": ["others"]}
        assert (arrive(browser).status_code, newest(browser)["after"]["why"]) == (403, "person in no group")
        provider.claims = {"preferred_username": "machine", "groups": ["qa"]}
        assert arrive(browser).status_code == 403  # a name that the trail keeps for itself
        provider.claims = {"preferred_username": "admin", "groups": ["qa"]}
        assert arrive(browser).status_code == 403  # the last administrator stays one
        assert newest(browser)["actor"] == "admin"


def test_passwords_may_be_switched_off(home: Path, provider: Provider, clock: Clock) -> None:
    with client(settings_on(home, provider, password_sign_in=False), clock) as browser:
        assert 'name="password"' not in browser.get("/sign-in").text
        assert enter(browser) == 403
        assert arrive(browser).status_code == 303
    with client(Settings(home=home), clock) as browser:  # and the other way round: no provider
        assert "/sign-in/provider" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/provider").status_code == 404


def test_a_provider_that_is_down_or_says_other_things_is_told(home: Path, provider: Provider, clock: Clock) -> None:
    with client(settings_on(home, provider, oidc_issuer="http://127.0.0.1:9"), clock) as browser:
        answer = browser.get("/sign-in/provider")
        assert (answer.status_code, "没有正常应答" in answer.text, 'name="password"' in answer.text) == (502, True, True)
        assert enter(browser) == 303  # local accounts go on
    for false in ({"issuer": "https://evil.test"}, {"token_endpoint": "http://evil.test/token"}, {"jwks_uri": None}):
        provider.published = false
        with client(settings_on(home, provider), clock) as browser:
            assert browser.get("/sign-in/provider").status_code == 502
    provider.published = {"issuer": "https://evil.test"}
    with client(settings_on(home, provider), clock) as browser:
        assert browser.get("/sign-in/provider").status_code == 502
        provider.published = {}
        assert browser.get("/sign-in/provider").status_code == 502  # it is not asked again at once
        clock.pass_by(seconds=16)
        assert browser.get("/sign-in/provider").status_code == 303
        clock.pass_by(seconds=-16)
    with client(settings_on(home, provider, oidc_client_secret=SecretStr("wrong")), clock) as browser:
        assert arrive(browser).status_code == 403


def test_where_people_come_back_to_may_be_set(home: Path, provider: Provider, clock: Clock) -> None:
    with client(settings_on(home, provider, console_url="https://risk.example.test/console"), clock) as browser:
        asked = parse_qs(urlsplit(browser.get("/sign-in/provider").headers["location"]).query)
        assert asked["redirect_uri"] == ["https://risk.example.test/console/sign-in/return"]


@pytest.mark.parametrize("issuer", ["http://idp.example.test", "ftp://x", "https://", "https://user@host/x", "javascript:alert(1)"])
def test_a_provider_without_tls_is_no_setting(issuer: str) -> None:
    with pytest.raises(ValidationError):
        Settings(oidc_issuer=issuer)


def test_strangers_do_not_fill_the_trail(browser: TestClient) -> None:
    def entries() -> int:
        with store_of(browser).engine.connect() as con:
            assert verify(con) == []
            return head_of(con)[0]

    for _ in range(25):
        assert browser.get("/sign-in/return?state=guessed").status_code == 403
    most = entries()
    assert browser.get("/sign-in/return?state=guessed").status_code == 403
    assert entries() == most
