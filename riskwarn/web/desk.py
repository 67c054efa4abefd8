"""What the pages share: the night, the case store, the clock, the templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Annotated, Any

import jinja2
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from riskwarn import names
from riskwarn.assess.wording import count, number, percent, probability
from riskwarn.cases import CaseStore
from riskwarn.cases.accounts import Session, find_session, touch
from riskwarn.documents import safe
from riskwarn.indicators import load_indicators
from riskwarn.places import PACKAGE
from riskwarn.settings import TIMEZONE, Settings
from riskwarn.text import Lang, translator
from riskwarn.web.guard import VISITOR, SignInNeeded, cookie_of, is_inside, lang_for, path_of
from riskwarn.web.night import Nights
from riskwarn.web.prefix import Prefixed
from riskwarn.web.provider import Provider

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Desk:
    """One console."""

    settings: Settings
    store: CaseStore
    nights: Nights
    clock: Clock
    templates: jinja2.Environment
    provider: Provider | None = None  # the identity provider, where there is one

    @property
    def lang(self) -> Lang:
        return "en" if self.settings.lang == "en" else "zh_CN"

    @property
    def today(self) -> date:
        return self.clock().date()

    def address(self, request: Request, path: str) -> str:
        """The address of a page of ours as the browser knows it."""
        return (self.settings.console_url or str(request.base_url)).rstrip("/") + path

    def page(self, request: Request, template: str, session: Session | None, status: int = 200, **values: Any) -> HTMLResponse:
        """A page in the person's language."""
        return HTMLResponse(self._drawn(request, template, session, values), status_code=status)

    def piece(self, request: Request, template: str, session: Session | None, **values: Any) -> Markup:
        """A part of a page, to be kept and put into others."""
        return Markup(self._drawn(request, template, session, values))  # noqa: S704 (drawn by a template that escapes)

    def _drawn(self, request: Request, template: str, session: Session | None, values: dict[str, Any]) -> str:
        lang = lang_for(session, request, self.lang)
        said = {"request": request, "session": session, "lang": lang, "_": translator(lang), "tools": Tools(lang), "path": path_of(request)}
        return self.templates.get_template(template).render(said | {"inside": is_inside(request.scope)} | values)


@dataclass(frozen=True)
class Tools:
    """How values are written in one language."""

    lang: Lang
    zone: tzinfo = TIMEZONE

    def country(self, code: str) -> str:
        return names.country(code, self.lang)

    def hazard(self, category: str) -> str:
        return names.hazard(category, self.lang)

    def substance(self, name: str) -> str:
        return names.substance(name, self.lang)

    def substances(self, found: list[str]) -> str:
        return translator(self.lang)("list separator").join(self.substance(one) for one in found)

    def product(self, code: str, scheme: str = "HS") -> str:
        return names.product_label(scheme, code, self.lang)

    def indicator(self, indicator_id: str) -> str:
        for one in load_indicators():
            if one.id == indicator_id:
                return one.name_en if self.lang == "en" else one.name_zh
        return indicator_id

    def legible(self, text: object, most: int = safe.MOST) -> str:
        """Delivered text as people may read it: nothing unseen, nothing that turns the line around, cut visibly where it is too long."""
        return "" if text is None else safe.shortened(safe.clean(text), most)

    def pick(self, row: dict[str, Any], name: str) -> str:
        """The row's text in this language: ``name``_zh or ``name``_en."""
        return str(row.get(f"{name}_{'en' if self.lang == 'en' else 'zh'}") or "")

    def number(self, value: float | None, digits: int = 0) -> str:
        return "–" if value is None else number(value, self.lang, digits)

    def count(self, value: float | None) -> str:
        return "–" if value is None else count(value, self.lang)

    def percent(self, value: float | None) -> str:
        return "–" if value is None else percent(value, self.lang)

    def probability(self, value: float | None) -> str:
        return "–" if value is None else probability(value, self.lang)

    def spark(self, values: list[float]) -> str:
        """The points of a polyline 100 x 20: the weeks of a series, oldest first."""
        if len(values) < 2:
            return ""
        most = max(*values, 1.0)
        return " ".join(f"{100 * i / (len(values) - 1):.1f},{19 - 18 * value / most:.1f}" for i, value in enumerate(values))

    def line(self, values: list[float | None], most: float) -> str:
        """The same on a scale that ends at ``most``, for several lines in one picture; a week that has no value is left out."""
        steps = max(len(values) - 1, 1)
        points = ((100 * i / steps, 19 - 18 * min(value, most) / most) for i, value in enumerate(values) if value is not None)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


@cache
def environment() -> jinja2.Environment:
    """Everything that a template prints is escaped. One for all consoles of a process: what it compiled says nothing of any of them."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(PACKAGE / "web" / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False, extensions=[Prefixed],
    )  # fmt: skip


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> Session | None:
    """The signed-in person, if any, without taking the request for work. Within another application it is who is signed in there."""
    desk, token = desk_of(request), request.cookies.get(cookie_of(request), "")
    if not token:
        return None
    with desk.store.engine.connect() as con:
        session = find_session(con, token, desk.clock())
    around = request.scope.get(VISITOR)
    return None if session is not None and around is not None and session.person.login != around else session


def someone(request: Request) -> Session | None:
    """The signed-in person, if any, who is at work: the idle time begins anew."""
    session = session_of(request)
    if session is not None and session.is_stale:
        desk = desk_of(request)
        with desk.store.engine.begin() as con:
            touch(con, request.cookies.get(cookie_of(request), ""), desk.clock())
    return session


def signed_in(request: Request) -> Session:
    """The signed-in person; whoever has to change his password does nothing else before."""
    session = someone(request)
    if session is None or (session.must_change and path_of(request) != "/password"):
        raise SignInNeeded
    return session


Here = Annotated[Desk, Depends(desk_of)]
Who = Annotated[Session, Depends(signed_in)]
