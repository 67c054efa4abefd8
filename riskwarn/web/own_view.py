"""What the pages of one's own matters share with those of everybody's: rows of deputies and subscriptions, the page itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request, Response

from riskwarn.cases.accounts import Session, open_sessions
from riskwarn.cases.deputies import all_deputies
from riskwarn.cases.errors import BadField, CaseError
from riskwarn.cases.people import all_people
from riskwarn.cases.subscribers import Subscriber, subscribers
from riskwarn.notify.formats import COLOURS
from riskwarn.notify.subscriptions import KINDS, MODES, Subscription, SubscriptionError, checked, read_subscriptions
from riskwarn.text import LANGS
from riskwarn.web.desk import Desk
from riskwarn.web.guard import lang_for

PAGES = {"me": "me.html", "deputies": "deputies.html", "subscriptions": "subscriptions.html"}


def deputies_told(desk: Desk, of: str | None) -> list[dict[str, Any]]:
    with desk.store.engine.connect() as con:
        return [vars(one) | {"state": one.state(desk.today)} for one in all_deputies(con, of)]


def wishes_told(desk: Desk, of: str | None) -> list[dict[str, Any]]:
    """What people asked for; without ``of`` what the authority wrote in its file comes first."""
    with desk.store.engine.connect() as con:
        asked = subscribers(con, of)
    told = [_wish(checked("console", {"name": one.full_name, **one.wish}), one) for one in asked]
    if of is not None:
        return told
    try:
        written = read_subscriptions(desk.settings.config / "subscriptions.toml")
    except SubscriptionError:  # told by `riskwarn subscriptions` and by the night's report
        written = ()
    return [_wish(one, None) for one in written] + told


def _wish(one: Subscription, whose: Subscriber | None) -> dict[str, Any]:
    lists = {name: list(getattr(one, name)) for name in ("products", "origins", "units", "markets", "enterprises") if getattr(one, name)}
    return {
        "subscriber_id": whose.subscriber_id if whose else None, "login": whose.login if whose else None,
        "name": whose.name if whose else one.name, "channel": one.channel, "to": one.to, "what": list(one.what), "mode": one.mode,
        "lang": one.lang, "least": one.least, "filters": lists,
    }  # fmt: skip


def show(request: Request, desk: Desk, session: Session, page: str, status: int = 200, **told: Any) -> Response:
    """One's own page, or an administrator's page of everybody's."""
    of = session.person.login if page == "me" else None
    with desk.store.engine.connect() as con:
        people = [one for one in all_people(con) if one.is_active]
        sessions = [one for one in open_sessions(con, desk.clock()) if one.login == of]
    values = {
        "deputies": deputies_told(desk, of), "wishes": wishes_told(desk, of), "people": people, "sessions": sessions,
        "names": {one.login: one.name for one in people}, "units": desk.store.books.units, "today": desk.today, "kinds": KINDS,
        "modes": MODES, "colours": COLOURS, "langs": LANGS, "back": page, "domain": mail_domain(desk),
    }  # fmt: skip
    return desk.page(request, PAGES[page], session, status, **{**values, "deputy_error": "", "wish_error": "", "said": {}, **told})


def mail_domain(desk: Desk) -> str:
    """The domain of the authority's own mail: people are told there and nowhere else."""
    return desk.settings.mail_from.rpartition("@")[2].rstrip(">").strip().lower()


def page_of(session: Session, back: str) -> str:
    """Which page a form came from: everybody's only for an administrator."""
    return back if back in PAGES and session.person.role == "administrator" else "me"


def in_words(request: Request, desk: Desk, session: Session, error: CaseError) -> str:
    return error.text(lang_for(session, request, desk.lang))


def day(field: str, text: str) -> date:
    """A day as a form writes it; raises BadField."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadField(field=field, value=text[:40], allowed="YYYY-MM-DD") from None
