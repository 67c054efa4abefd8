"""The ways out: a file in outbox/, mail, a signed webhook. Each delivers one message or raises; none knows of the others."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

import httpx

from riskwarn.lake import replacing
from riskwarn.notify.items import Item
from riskwarn.notify.subscriptions import Subscription
from riskwarn.settings import Settings
from riskwarn.text import translator

SECONDS = 20.0  # a channel that does not answer in this time is dead tonight


class ChannelError(Exception):
    """A message that did not go out; the text says why."""


@dataclass(frozen=True)
class Message:
    """Some items for one subscription. ``message_id`` is the same whenever the same items are sent: a receiver can drop a second copy."""

    night: date
    subscription: Subscription
    items: tuple[Item, ...]

    @property
    def message_id(self) -> str:
        told = [self.subscription.name, self.subscription.to, *(f"{i.key}={i.revision}" for i in self.items)]
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:32]

    @property
    def subject(self) -> str:
        lang = self.subscription.lang
        if len(self.items) == 1:
            return one_line(self.items[0].title[lang])
        return translator("en" if lang == "en" else "zh_CN")("riskwarn, night of {night}: {count} messages").format(
            night=self.night.isoformat(), count=len(self.items)
        )

    @property
    def text(self) -> str:
        lang = self.subscription.lang
        return "\n\n".join(f"{one_line(item.title[lang])}\n{item.body[lang]}" for item in self.items) + "\n"

    @property
    def json(self) -> str:
        value = {
            "message_id": self.message_id,
            "night": self.night.isoformat(),
            "subscription": self.subscription.name,
            "items": [
                {
                    "kind": i.kind, "key": i.key, "revision": i.revision, "title": dict(i.title), "body": dict(i.body), **i.facts,
                    "due_on": i.due_on.isoformat() if i.due_on else None,
                }
                for i in self.items
            ],
        }  # fmt: skip
        return json.dumps(value, ensure_ascii=False, indent=1)


def one_line(text: str) -> str:
    """A title on one line: a line break in a subject would be a header of its own."""
    return " ".join(text.split())[:300]


def send(settings: Settings, message: Message) -> None:
    """Sends by the subscription's channel; :raises ChannelError: whatever went wrong."""
    try:
        {"mail": _mail, "webhook": _webhook, "file": _file}[message.subscription.channel](settings, message)
    except (OSError, smtplib.SMTPException, httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelError(f"{type(error).__name__}: {error}"[:500]) from error


def _file(settings: Settings, message: Message) -> None:
    folder = settings.outbox / "to" / message.subscription.to
    name = f"{message.night.isoformat()}-{message.message_id}"
    for suffix, content in ((".txt", message.text), (".json", message.json)):
        with replacing(folder / (name + suffix)) as aside:
            aside.write_text(content, encoding="utf-8")


def _mail(settings: Settings, message: Message) -> None:
    if not settings.smtp_host or not settings.mail_from:
        raise ChannelError("mail is not set up: set RISKWARN_SMTP_HOST and RISKWARN_MAIL_FROM")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, message.subscription.to, message.subject
    mail["Message-ID"] = f"<{message.message_id}@{settings.mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_attachment(message.json.encode(), maintype="application", subtype="json", filename="warnings.json")
    context = ssl.create_default_context()
    is_ssl = settings.smtp_security == "ssl"
    with (
        smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=SECONDS, context=context)
        if is_ssl
        else smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
    ) as smtp:
        if settings.smtp_security == "starttls":
            smtp.starttls(context=context)
        if settings.smtp_user and settings.smtp_password:
            smtp.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        smtp.send_message(mail)


def _webhook(settings: Settings, message: Message) -> None:
    if settings.webhook_secret is None:
        raise ChannelError("webhooks are not set up: set RISKWARN_WEBHOOK_SECRET")
    body = message.json.encode()
    signature = hmac.new(settings.webhook_secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.message_id,
        "X-Riskwarn-Signature": f"sha256={signature}",
    }
    # A redirect would carry the list to an address that nobody wrote down.
    answer = httpx.post(message.subscription.to, content=body, headers=headers, timeout=SECONDS, follow_redirects=False)
    if not answer.is_success:
        raise ChannelError(f"the receiver answered {answer.status_code}")
