"""The console as a page of Airflow: Airflow's API server is started with the plugin, and people enter by Airflow's own sign-in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from web_data import Clock, employ, publish, told

from riskwarn.cases import open_store
from riskwarn.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SESSION = Path(__file__).with_name("airflow_session.py")
LIST, CASE, VIEWS = "/riskwarn/warnings", "/riskwarn/warnings/W1", "/api/v2/plugins"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("console"))
    publish(settings, [told("W1")])
    employ(settings, Clock()())
    return settings.home


@pytest.fixture(scope="module")
def done(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("airflow")
    passwords = {name: f"password of {name} there" for name in ("li", "stranger", "wang")}
    (folder / "passwords.json").write_text(json.dumps(passwords), encoding="utf-8")
    plan = [
        {"name": "nobody", "password": "", "get": [LIST, "/riskwarn/warnings.json"]},
        {"name": "stranger", "password": passwords["stranger"], "get": [LIST]},
        {"name": "li", "password": passwords["li"], "get": [LIST, CASE, "/riskwarn/people", "/riskwarn/static/console.css", VIEWS]},
        {"name": "wang", "password": passwords["wang"], "get": [LIST]},
        {"name": "left", "password": "", "get": [LIST]},
    ]
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "docker" / "airflow_plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:admin" for name in passwords),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "AIRFLOW__API_AUTH__JWT_SECRET": "a key of this test alone, long enough to sign a token with SHA-512",
        "RISKWARN_HOME": str(home),
    }
    session = [sys.executable, SESSION, "console", folder / "out.json", folder / "plan.json"]
    ran = subprocess.run(session, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-5000:]
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


def test_nobody_enters_but_by_airflows_sign_in(done: Any) -> None:
    for name in ("nobody", "left"):
        answer = done[f"{name} {LIST}"]
        assert (answer["status"], "请先登录Airflow" in answer["text"], 'name="password"' in answer["text"]) == (403, True, False)
    assert done["nobody /riskwarn/warnings.json"]["status"] == 401


def test_who_is_unknown_here_stays_outside(done: Any) -> None:
    answer = done[f"stranger {LIST}"]
    assert (answer["status"], "没有您的有效账号" in answer["text"]) == (403, True)


def test_who_is_signed_in_there_is_the_person_here(done: Any, home: Path) -> None:
    assert (done[f"li {LIST}"]["status"], ">Li<" in done[f"li {LIST}"]["text"]) == (200, True)
    assert (done[f"wang {LIST}"]["status"], ">Wang<" in done[f"wang {LIST}"]["text"]) == (200, True)  # in li's browser, with li's cookie
    assert 'name="action"' in done[f"li {CASE}"]["text"]
    assert done["li /riskwarn/people"]["status"] == 403  # an administrator there is an officer here
    with open_store(Settings(home=home)) as store, store.engine.connect() as con:
        from riskwarn.cases.audit import trail

        assert [(row["actor"], row["action"], row["after"]) for row in trail(con, "person li")][-1] == (
            "li",
            "sign_in",
            {"method": "airflow"},
        )


def test_every_address_leads_within_the_mounted_console(done: Any) -> None:
    for page in (LIST, CASE):
        text = done[f"li {page}"]["text"]
        own = [one for one in re.findall(r'\s(?:href|src|action|formaction|data-ask)="([^"]*)"', text) if one.startswith("/")]
        assert len(own) > 10
        assert [one for one in own if not one.startswith("/riskwarn/")] == []
        assert "/riskwarn/riskwarn" not in text
        assert "/riskwarn/sign-out" not in text  # one signs out of Airflow
    assert done["li /riskwarn/static/console.css"]["status"] == 200
    assert done[f"li {LIST}"]["cookies"] == ["/riskwarn"]


def test_airflow_alone_may_frame_it_and_shows_it_in_its_menu(done: Any) -> None:
    policy = done[f"li {LIST}"]["headers"]["content-security-policy"]
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy
    (plugin,) = json.loads(done[f"li {VIEWS}"]["text"])["plugins"]
    (view,) = plugin["external_views"]
    assert (view["href"], view["destination"]) == (LIST, "nav")
