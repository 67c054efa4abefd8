"""Sending: everybody is told once, by whatever channel, whatever breaks."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pandas as pd
import pytest
from aiosmtpd.controller import Controller
from case_stores import DATABASES, settings_on
from loopback import free_port
from pydantic import SecretStr

from riskwarn.cases import open_store
from riskwarn.lake import Lake
from riskwarn.notify import channels
from riskwarn.notify.feeds import ATOM, as_ical
from riskwarn.notify.items import Item, measure_items, stage_of, warning_items
from riskwarn.notify.subscriptions import Subscription, SubscriptionError, read_subscriptions
from riskwarn.sending import deliver, send_night, send_overdue
from riskwarn.settings import Settings
from riskwarn.workdays import workdays_before

NIGHT = date(2026, 11, 20)
DESK = '[[subscription]]\nname = "desk"\nchannel = "file"\nto = "desk"\n'


def row(warning_id: str = "W1", level: str = "red", status: str = "open", **changes: Any) -> dict[str, Any]:
    plain = {
        "product_code": "0306", "origin_country": "EC", "product_name_zh": "虾", "product_name_en": "shrimp",
        "reason_en": "9 of 120 failed", "reason_zh": "120批中9批不合格", "level_reason_en": "red because", "level_reason_zh": "红色：",
    }  # fmt: skip
    return {"warning_id": warning_id, "level": level, "status": status, **plain, **changes}


@pytest.fixture(params=DATABASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    with settings_on(request.param, tmp_path / "home") as settings:
        yield settings


def subscribe(settings: Settings, text: str) -> None:
    settings.config.mkdir(parents=True, exist_ok=True)
    (settings.config / "subscriptions.toml").write_text(text, encoding="utf-8")


def night(settings: Settings, as_of: date, *rows: dict[str, Any]) -> dict[str, Any]:
    lake = Lake(settings.lake)
    lake.write_frame("warnings", as_of.isoformat(), pd.DataFrame(list(rows), columns=list(row())))
    return send_night(settings, lake, as_of)


def received(settings: Settings, to: str = "desk") -> list[dict[str, Any]]:
    files = sorted((settings.outbox / "to" / to).glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def test_a_warning_is_told_once_and_again_when_it_changes(home: Settings) -> None:
    subscribe(home, DESK)
    later = [NIGHT + timedelta(days=n) for n in range(5)]
    assert night(home, later[0], row())["desk"]["sent"] == 1
    assert night(home, later[0], row())["desk"]["sent"] == 0  # the same night again
    assert night(home, later[1], row(reason_en="11 of 150 failed"))["desk"]["sent"] == 0  # only the count moved
    assert night(home, later[2], row(level="orange"))["desk"]["sent"] == 1
    assert night(home, later[3], row(level="orange", status="closed"))["desk"]["sent"] == 1
    assert night(home, later[4], row(level="orange", status="closed"))["desk"]["sent"] == 0
    told = [(m["night"], m["items"][0]["revision"]) for m in received(home)]
    assert told == [(later[0].isoformat(), "red"), (later[2].isoformat(), "orange"), (later[3].isoformat(), "closed")]


def test_an_older_night_sends_nothing_and_a_closed_one_is_told_only_to_who_knew(home: Settings) -> None:
    subscribe(home, DESK)
    night(home, NIGHT, row("W1", status="closed"))
    assert received(home) == []
    assert night(home, NIGHT - timedelta(days=1), row("W2")) == {}
    assert received(home) == []


def test_a_dead_channel_stops_nobody_and_is_tried_again(home: Settings) -> None:
    subscribe(home, '[[subscription]]\nname = "dead"\nchannel = "mail"\nto = "a@example.org"\n' + DESK)
    first = night(home, NIGHT, row())
    assert (first["dead"]["sent"], first["dead"]["failed"], first["desk"]["sent"]) == (0, 1, 1)
    assert "RISKWARN_SMTP_HOST" in first["dead"]["error"]
    again = night(home, NIGHT + timedelta(days=1), row())
    assert (again["dead"]["failed"], again["desk"]["sent"]) == (1, 0)


def test_what_broke_off_goes_out_again_under_the_same_id(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(home, DESK)
    real = channels.send

    def killed_after(settings: Settings, message: channels.Message) -> None:
        real(settings, message)
        raise KeyboardInterrupt

    monkeypatch.setattr(channels, "send", killed_after)
    with pytest.raises(KeyboardInterrupt):
        night(home, NIGHT, row())
    monkeypatch.setattr(channels, "send", real)
    first = received(home)[0]["message_id"]
    assert night(home, NIGHT, row())["desk"]["sent"] == 1
    assert [m["message_id"] for m in received(home)] == [first]
    assert night(home, NIGHT, row())["desk"]["sent"] == 0


def test_a_slip_in_the_file_is_told_and_costs_nothing_else(home: Settings) -> None:
    subscribe(home, DESK + "least = 'crimson'\n")
    results = night(home, NIGHT, row())
    assert "'desk': least must be one of" in results["subscriptions.toml"]["error"]
    assert (home.outbox / "warnings.en.atom").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[subscription]]\n", "name is missing"),
        (DESK + "colour = 'red'\n", "unknown field colour"),
        (DESK + "products = '03'\n", "products must be a list of texts"),
        (DESK.replace('to = "desk"', 'to = "../desk"'), "to must be the name of a folder"),
        (DESK.replace('"file"', '"mail"'), "to must be one mail address"),
        (DESK.replace('"file"', '"webhook"'), "to must be an http"),
        (DESK.replace('"file"', '"pigeon"'), "channel must be one of"),
        (DESK + "what = []\n", "what must be among"),
        (DESK + DESK, "name used twice: desk"),
        ("[subscription]\nname = 'x'\n", "only [[subscription]] tables"),
        ("= 3", "subscriptions.toml"),
    ],
)
def test_a_wrong_subscription_is_refused_with_its_name(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "subscriptions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SubscriptionError, match=r"subscriptions\.toml") as caught:
        read_subscriptions(path)
    assert told in str(caught.value)


def test_filters_are_alternatives_within_and_conditions_between() -> None:
    (item,) = warning_items([row()], {"W1": "7900"})
    plain: dict[str, Any] = {"name": "n", "channel": "file", "to": "t"}
    assert Subscription(**plain).wants(item)
    assert Subscription(**plain, products=("16", "03"), origins=("EC",), units=("7900",), least="red").wants(item)
    for refused in ({"products": ("16",)}, {"origins": ("IN",)}, {"units": ("5300",)}, {"what": ("measures",)}):
        assert not Subscription(**plain, **refused).wants(item)
    (blue,) = warning_items([row(level="blue")], {})
    assert not Subscription(**plain, least="yellow").wants(blue)
    assert Subscription(**plain, markets=("EU",)).wants(item)  # a warning has no market


class Inbox:
    """Keeps what a real SMTP server on loopback receives."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 kept"


def test_mail_reaches_a_real_server(tmp_path: Path) -> None:
    inbox = Inbox()
    port = free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings = Settings(
            home=tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", mail_from="riskwarn@customs.example"
        )
        hostile = row(product_name_zh="虾\r\nBcc: everyone@example.org", reason_zh="<script>alert(1)</script>")
        subscribe(settings, '[[subscription]]\nname = "m"\nchannel = "mail"\nto = "officer@customs.example"\n')
        assert night(settings, NIGHT, hostile)["m"]["sent"] == 1
        assert night(settings, NIGHT, hostile)["m"]["sent"] == 0
    finally:
        server.stop()
    (mail,) = inbox.mails
    assert (mail["To"], mail["Bcc"]) == ("officer@customs.example", None)
    assert "红色预警" in mail["Subject"]
    assert mail.get_body().get_content_type() == "text/plain"  # type: ignore[union-attr]
    (attached,) = mail.iter_attachments()
    assert json.loads(attached.get_content())["items"][0]["key"] == "warning:W1"


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]], list[int]]]:
    """A real HTTP server: its address, what it got, and the answers it is to give."""
    got: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(answers.pop(0) if answers else 204)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", got, answers
    server.shutdown()
    server.server_close()


def test_a_webhook_is_signed_not_redirected_and_tried_again(tmp_path: Path, receiver: Any) -> None:
    address, got, answers = receiver
    answers += [503, 302]
    settings = Settings(home=tmp_path, webhook_secret=SecretStr("key"))
    subscribe(settings, f'[[subscription]]\nname = "hook"\nchannel = "webhook"\nto = "{address}"\nmode = "single"\n')
    assert "answered 503" in night(settings, NIGHT, row())["hook"]["error"]
    assert "answered 302" in night(settings, NIGHT, row())["hook"]["error"]
    assert night(settings, NIGHT, row())["hook"]["sent"] == 1
    assert len({headers["Idempotency-Key"] for headers, _ in got}) == 1
    headers, body = got[-1]
    assert headers["X-Riskwarn-Signature"] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["items"][0]["title"]["en"] == "🔴 red warning: shrimp, Ecuador"


def measure(deadline: date | None, **changes: Any) -> dict[str, Any]:
    plain = {
        "family": "G/TBT/N/EU/1", "symbol": "G/TBT/N/EU/1", "title": "Toys", "enterprise_code": "E1", "enterprise_name": "玩具厂",
        "market_country": "EU", "hs_code": "9503", "match_level": 4, "adoption_on": None, "entry_into_force_on": None,
    }  # fmt: skip
    return {**plain, "comment_deadline_on": deadline, **changes}


def test_reminders_come_by_the_working_days_left() -> None:
    inside = date(2026, 11, 20)  # a Friday
    expected = {31: "new", 30: "due-30", 15: "due-30", 14: "due-14", 7: "due-7", 2: "due-7", 1: "due-1"}
    closes = date(2026, 12, 4)
    assert {left: stage_of(measure(closes), inside, workdays_before(inside, left)) for left in expected} == expected
    assert stage_of(measure(closes), inside, inside) == "due-1"  # the day itself, and after it until the WTO's own
    assert stage_of(measure(closes), inside, closes + timedelta(days=1)) == ""
    assert stage_of(measure(None), None, NIGHT) == "new"
    assert stage_of(measure(closes, adoption_on=NIGHT - timedelta(days=3)), inside, NIGHT) == "adopted"
    assert stage_of(measure(closes, entry_into_force_on=NIGHT, adoption_on=NIGHT), inside, NIGHT) == "in_force"
    assert stage_of(measure(None, entry_into_force_on=NIGHT - timedelta(days=31)), None, NIGHT) == ""


def test_each_reminder_goes_out_once(home: Settings) -> None:
    subscribe(home, DESK + 'what = ["measures"]\nmarkets = ["EU"]\n')
    closes = date(2026, 12, 31)
    with open_store(home) as store:
        for days in range(60, -5, -1):
            today = closes - timedelta(days=days)
            deliver(home, store.engine, measure_items([measure(closes), measure(closes, market_country="US")], today), today, "measures")
    assert [m["items"][0]["revision"] for m in received(home)] == ["new", "due-30", "due-14", "due-7", "due-1"]


def test_feeds_are_well_formed_and_harmless(home: Settings) -> None:
    night(home, NIGHT, row(product_name_en="</title><script>\x00\x1b", reason_en="a & b < c"), row("W2", status="closed"))
    feed = ElementTree.fromstring((home.outbox / "warnings.en.atom").read_bytes())  # noqa: S314 (our own file)
    entries = feed.findall(f"{{{ATOM}}}entry")
    assert [e.findtext(f"{{{ATOM}}}id") for e in entries] == ["urn:riskwarn:warning:W1:red"]
    assert "</title><script>" in str(entries[0].findtext(f"{{{ATOM}}}title"))
    assert "a & b < c" in str(entries[0].findtext(f"{{{ATOM}}}content"))


def test_a_calendar_has_one_event_a_day_to_remember() -> None:
    closes = date(2026, 12, 31)
    items = measure_items([measure(closes, title="A\r\nATTACH:http://example.org"), measure(None, enterprise_code="E2")], NIGHT)
    calendar = icalendar.Calendar.from_ical(as_ical(items, NIGHT, "zh_CN"))
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == workdays_before(closes, 10)
    assert "ATTACH" not in event
    assert event["UID"] == "measure:G/TBT/N/EU/1:E1@riskwarn"
    assert as_ical(items, NIGHT, "en") == as_ical(items, NIGHT, "en")


def test_two_senders_at_once_tell_it_once(home: Settings) -> None:
    subscribe(home, DESK.replace('"desk"\n', '"desk"\n') + 'mode = "single"\n')
    items = [Item("warnings", f"warning:W{n}", "red", {"en": "t", "zh_CN": "t"}, {"en": "b", "zh_CN": "b"}) for n in range(20)]
    sent: list[int] = []

    def sender() -> None:
        with open_store(home) as store:
            sent.append(deliver(home, store.engine, items, NIGHT, "warnings")["desk"]["sent"])

    with open_store(home):
        pass  # the tables exist before two threads would make them
    threads = [threading.Thread(target=sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 20]
    assert len(received(home)) == 20


def test_what_is_overdue_is_told_to_the_unit_above_and_again_one_higher(home: Settings) -> None:
    frame = pd.DataFrame([row("W1", level="red", indicator_id="i", series_key="k", first_raised_on=NIGHT, observed=3.0)])
    with open_store(home) as store:
        store.follow(frame, NIGHT)
    subscribe(home, DESK + 'what = ["overdue"]\nunits = ["gacc"]\n')
    first = date(2026, 11, 24)  # red: one working day, so Monday the 23rd was the last
    assert send_overdue(home, date(2026, 11, 23))["desk"]["sent"] == 0
    assert send_overdue(home, first)["desk"]["sent"] == 1
    assert send_overdue(home, first)["desk"]["sent"] == 0
    (message,) = received(home)
    assert (message["items"][0]["kind"], message["items"][0]["unit_id"]) == ("overdue", "gacc")
    assert "120批中9批不合格" in message["items"][0]["body"]["zh_CN"]
