"""What people ask to be told of by mail: each for oneself, an administrator for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from riskwarn.cases.accounts import Session
from riskwarn.cases.errors import BadField, CaseError
from riskwarn.cases.subscribers import subscribe, unsubscribe
from riskwarn.notify.subscriptions import KINDS, SubscriptionError, checked
from riskwarn.web.desk import Desk, Here, Who
from riskwarn.web.guard import check_csrf
from riskwarn.web.lists import as_csv
from riskwarn.web.own_view import in_words, mail_domain, page_of, show, wishes_told
from riskwarn.web.roles import only

wishes = APIRouter()
Text = Annotated[str, Form(max_length=500)]
Several = Annotated[tuple[str, ...], Form(max_length=20)]
COLUMNS = ("subscriber_id", "login", "name", "channel", "to", "what", "mode", "lang", "least", "filters")


@wishes.get("/subscriptions.json")
def subscriptions_json(desk: Here, session: Who) -> Response:
    """Who is told of what: what the authority wrote, then what people asked for."""
    only(session, "administrator")
    return JSONResponse({"subscriptions": wishes_told(desk, None)})


@wishes.get("/subscriptions.csv")
def subscriptions_csv(desk: Here, session: Who) -> Response:
    only(session, "administrator")
    rows = [
        row | {"what": " ".join(row["what"]), "filters": "; ".join(f"{name}: {' '.join(v)}" for name, v in row["filters"].items())}
        for row in wishes_told(desk, None)
    ]
    return as_csv(COLUMNS, rows, "subscriptions.csv")


@wishes.get("/subscriptions", include_in_schema=False)
def subscriptions_page(request: Request, desk: Here, session: Who) -> Response:
    only(session, "administrator")
    return show(request, desk, session, "subscriptions")


@wishes.post("/subscriptions", include_in_schema=False)
def ask_to_be_told(
    request: Request, desk: Here, session: Who, what: Several = (), csrf: Text = "", login: Text = "", name: Text = "", to: Text = "",
    mode: Text = "digest", lang: Text = "zh_CN", least: Text = "blue", products: Text = "", origins: Text = "", markets: Text = "",
    unit: Text = "", back: Text = "",
) -> Response:  # fmt: skip
    """Adds a subscription, or puts it in the place of the one of this name."""
    check_csrf(session, csrf)
    whom, name = login.strip() or session.person.login, name.strip()
    lists = {"products": products, "origins": origins.upper(), "markets": markets.upper(), "units": unit}
    wish: dict[str, Any] = {"channel": "mail", "to": to.strip(), "what": list(what), "mode": mode, "lang": lang, "least": least}
    try:
        _demand(desk, session, name, unit, wish)
        wish |= {key: text.replace(",", " ").split() for key, text in lists.items() if text.strip()}
        checked("console", {"name": name, **wish})
        with desk.store.writing() as con:
            subscribe(con, whom, name, wish, by=session.person.login, at=desk.clock())
    except (CaseError, SubscriptionError) as error:
        told = in_words(
            request, desk, session, error if isinstance(error, CaseError) else BadField(field="what", value="", allowed=", ".join(KINDS))
        )
        said = {**wish, **lists, "login": whom, "name": name, "unit": unit}
        return show(request, desk, session, page_of(session, back), 409, wish_error=told, said=said)
    return RedirectResponse("/" + page_of(session, back) + "#subscriptions", status_code=303)


def _demand(desk: Desk, session: Session, name: str, unit: str, wish: dict[str, Any]) -> None:
    """What the form itself cannot hold people to; mail goes to the authority's own addresses, elsewhere only by an administrator's hand."""
    if not 0 < len(name) <= 64 or not name.isprintable():
        raise BadField(field="name", value=name[:80], allowed="1-64")
    if unit and unit not in desk.store.books.units.units:
        raise BadField(field="unit", value=unit, allowed="riskwarn people units")
    local, _, domain = wish["to"].rpartition("@")
    allowed = mail_domain(desk)
    is_own = bool(allowed) and domain.lower() == allowed
    if not local or " " in wish["to"] or not (is_own or session.person.role == "administrator"):
        raise BadField(field="to", value=wish["to"][:200], allowed=f"...@{allowed or '?'}")


@wishes.post("/subscriptions/{subscriber_id}/end", include_in_schema=False)
def stop_telling(desk: Here, session: Who, subscriber_id: int, csrf: Text = "", back: Text = "") -> Response:
    check_csrf(session, csrf)
    with desk.store.writing() as con:
        unsubscribe(con, subscriber_id, by=session.person.login, at=desk.clock())
    return RedirectResponse("/" + page_of(session, back) + "#subscriptions", status_code=303)
