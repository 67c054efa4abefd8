"""The life of a warning by command line, in process: what is printed, in both languages, and with which exit code."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from case_stores import hire, listed, seen_at, settings_on
from test_cases_work import PDF
from typer.testing import CliRunner

from riskwarn import cli, edge
from riskwarn.cases import open_store

Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs ``riskwarn WORDS`` on a home with staff and the red warning E1; returns what was printed; fails on another exit code."""
    home = tmp_path / "home"
    with settings_on("sqlite", home) as settings, open_store(settings) as store:
        hire(store)
        night = edge.today() - timedelta(days=30)
        store.follow(listed(level="red", first_raised_on=night), night, seen_at("2201"))
    monkeypatch.setenv("RISKWARN_HOME", str(home))
    monkeypatch.setenv("RISKWARN_LANG", "en")

    def run(*words: str, code: int = 0) -> str:
        with edge.out.capture() as shown, edge.err.capture() as told:
            done = CliRunner().invoke(cli.app, list(words))
        text = shown.get() + told.get() + done.output
        assert done.exit_code == code, text + str(done.exception)
        return re.sub(r"\s+", " ", text)

    return run


def test_one_warning_through_every_state(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab.pdf").write_bytes(PDF)
    (tmp_path / "photo.png").write_bytes(PDF)
    assert "E1" in say("case", "list", "--unit", "shanghai")
    assert "No cases." in say("case", "list", "--unit", "shenzhen")
    say("case", "take", "E1", "--by", "shanghai")
    assert "E1" in say("case", "list", "--assignee", "shanghai")
    say("case", "assign", "E1", "--by", "shanghai_head", "--to", "yangshan_head", code=1)
    assert "under review, version 2" in say("case", "review", "E1", "--by", "shanghai")
    assert "changed meanwhile" in say("case", "verify", "E1", "--by", "hq", "--reason", "x", "--version", "1", code=1)
    say("case", "watch", "E1", "--by", "shanghai", "--until", "2999-01-01", "--reason", "wait")
    say("case", "review", "E1", "--by", "shanghai")
    assert "required field" in say("case", "dismiss", "E1", "--by", "shanghai", "--reason", "x", code=1)
    say("case", "dismiss", "E1", "--by", "shanghai", "--class", "chance", "--reason", "chance")
    assert "50%" not in say("case", "quality")
    say("case", "reopen", "E1", "--by", "shanghai", "--reason", "again")
    assert "attachment 1" in say("case", "attach", "E1", str(tmp_path / "lab.pdf"), "--by", "shanghai")
    assert "not what its name says" in say("case", "attach", "E1", str(tmp_path / "photo.png"), "--by", "shanghai", code=1)
    say("case", "follow-up", "E1", "--by", "shanghai", "--kind", "recall", "--text", "300 pieces")
    say("case", "hand-over", "E1", "--by", "shanghai", "--to", "samr", "--reason", "sold")
    say("case", "receive", "E1", "--number", "1", "--by", "samr")
    say("case", "answer", "E1", "--number", "1", "--by", "samr", "--text", "taken off the shelves")
    say("case", "regrade", "E1", "--by", "hq_head", "--colour", "orange", "--reason", "milder")
    say("case", "regrade", "E1", "--by", "hq_head", "--colour", "red", "--reason", "not milder")
    say("case", "verify", "E1", "--by", "shanghai", "--reason", "real")
    say("case", "assess", "E1", "--by", "shanghai_head", "--participant", "a", "--participant", "b", "--opinion", "real")
    assert "second person" in say("case", "approve", "E1", "--by", "shanghai_head", code=1)
    say("case", "approve", "E1", "--by", "shanghai_deputy_head")
    say("case", "send-back", "E1", "--by", "shanghai_deputy_head", "--reason", "too slow")
    assert "to be countersigned by" in say("case", "act-first", "E1", "--by", "shanghai_head", "--scope", "regional", "--reason", "danger")
    say("case", "countersign", "E1", "--by", "shanghai_deputy_head")
    say("case", "plan", "E1", "--by", "shanghai")
    say("case", "plan-step", "E1", "--number", "1", "--by", "shanghai", "--text", "called")
    say("case", "measure", "E1", "--by", "shanghai_head", "--kind", "lot_by_lot", "--goods", "industrial", "--scope", "toys")
    assert "measures 1 of E1" in say("case", "lift", "E1", "--by", "shanghai_head", "--reason", "over", code=1)
    say("case", "end-measure", "E1", "--number", "1", "--by", "shanghai_head", "--reason", "over")
    say("case", "report-up", "E1", "--by", "shanghai", "--reason", "national")
    say("case", "receive", "E1", "--number", "2", "--by", "hq")
    say("case", "answer", "E1", "--number", "2", "--by", "hq", "--text", "taken over")
    say("case", "note", "E1", "--by", "hq", "--reason", "noted")
    say("case", "acknowledge", "E1", "--by", "hq", "--reason", "looked")
    say("case", "lift", "E1", "--by", "hq_head", "--reason", "over")
    assert "closed" in say("case", "close", "E1", "--by", "hq", "--reason", "done")
    told = say("case", "show", "E1")
    for words in ("300 pieces", "taken off the shelves", "lab.pdf", "every lot", "called", "a, b", "closed"):
        assert words in told, words
    monkeypatch.setenv("RISKWARN_LANG", "zh_CN")
    told = say("case", "show", "E1")
    for words in ("已结案", "批批检验", "每批检验", "召回", "偶然"):
        assert words in told, words
    assert "拒绝（步骤次序）" in say("case", "close", "E1", "--by", "hq", "--reason", "x", code=1)


def test_information_people_and_backup(say: Say, tmp_path: Path) -> None:
    tell = ("--by", "shanghai", "--source", "media", "--product", "kettle", "--hazard", "shock", "--text", "seen on television")
    assert "warning M000001" in say("raise", *tell, "--grade", "1", "--origin", "VN")
    assert "is kept" in say("raise", *tell, "--grade", "2")
    say("raise", *tell, "--grade", "5", code=1)
    assert "warning M000002" in say("case", "promote", "2", "--by", "hq", "--reason", "a second one", "--colour", "yellow")
    assert "Viet Nam" in say("case", "information")
    assert {"E1", "M000001", "M000002"} <= set(say("case", "list").split())
    assert "lot_by_lot" in say("case", "measures")
    say("people", "add", "new", "--name", "New", "--unit", "gacc", "--role", "officer", code=1)
    say("people", "add", "new", "--name", "New", "--unit", "gacc", "--role", "officer", "--by", "admin")
    today = edge.today()
    period = ("--from", f"{today - timedelta(days=1)}", "--until", f"{today + timedelta(days=1)}")
    say("people", "deputy", "hq_head", "new", *period, "--reason", "leave", "--by", "hq_head")
    assert "new │ New" in say("people", "list")
    say("case", "review", "M000001", "--by", "shanghai")
    assert "in place of hq_head" in say("case", "regrade", "M000001", "--by", "new", "--colour", "red", "--reason", "worse")
    assert "Shanghai Customs" in say("people", "units")
    file = tmp_path / "backup.zip"
    digest = re.search(r"SHA-256 (\w{64})", say("cases", "backup", str(file)))
    assert digest
    assert "--force" in say("cases", "restore", str(file), code=1)
    say("case", "note", "E1", "--by", "hq", "--reason", "lost again")
    assert "audit trail is whole" in say("cases", "restore", str(file), "--force", "--digest", digest[1])
    assert "lost again" not in say("case", "show", "E1")


def test_overdue_and_escalated(say: Say) -> None:
    assert "Shanghai Customs" in say("case", "overdue")
    assert "1 newly escalated" in say("case", "overdue", "--escalate")
    assert "0 newly escalated" in say("case", "overdue", "--escalate")
    assert "escalated on" in say("case", "show", "E1")
    say("case", "review", "E1", "--by", "shanghai")
    assert "nothing is overdue" in say("case", "overdue")
