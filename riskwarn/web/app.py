"""The console as one application: pages, data, and what happens when something is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import duckdb
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as Problem

from riskwarn.cases import open_store
from riskwarn.cases.errors import CaseError
from riskwarn.places import PACKAGE
from riskwarn.settings import Settings
from riskwarn.web.acting import acts
from riskwarn.web.administration import administration
from riskwarn.web.barriers import barriers
from riskwarn.web.calendar import calendar
from riskwarn.web.cell import cell
from riskwarn.web.checked import checked
from riskwarn.web.comments import comments
from riskwarn.web.concerns import concerns
from riskwarn.web.cut import cut
from riskwarn.web.description import Described
from riskwarn.web.desk import Clock, Desk, desk_of, environment, someone
from riskwarn.web.detail import details
from riskwarn.web.doors import doors
from riskwarn.web.draft_desk import draft_desk
from riskwarn.web.draft_new import draft_new
from riskwarn.web.drafts import drafts
from riskwarn.web.enterprises import enterprises
from riskwarn.web.guard import Headers, NotAllowed, Refused, SignInNeeded, lang_for, path_of, to_sign_in
from riskwarn.web.information import information
from riskwarn.web.kept import keep, kept
from riskwarn.web.lists import lists
from riskwarn.web.measure import measure
from riskwarn.web.measures import measures
from riskwarn.web.night import Nights, NoNight
from riskwarn.web.papers import papers_desk
from riskwarn.web.products import products
from riskwarn.web.provider import Provider
from riskwarn.web.provider_door import provider_door
from riskwarn.web.quality import quality
from riskwarn.web.records import load_patterns
from riskwarn.web.row_desk import row_desk
from riskwarn.web.sources import sources
from riskwarn.web.views import views
from riskwarn.web.watching import watching


@contextmanager
def open_desk(settings: Settings, clock: Clock) -> Iterator[Desk]:
    """What the pages of one console share, as long as it is open."""
    load_patterns(settings.config)  # a file that is wrong stops the console at its start, not an officer at work
    provider = Provider(settings) if settings.oidc_issuer else None
    with open_store(settings) as store:
        yield Desk(settings, store, Nights(settings), clock, environment(), provider)


# Requests of one process worked on side by side: more only wait for each other's turn at the interpreter (measured in bench_console.py).
AT_ONCE = 4


def create_app(settings: Settings, clock: Clock) -> FastAPI:
    """The console on a home; ``clock`` is the edge's, so that everything inside takes the time as an argument."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = AT_ONCE
        with open_desk(settings, clock) as desk:
            app.state.desk = desk
            yield

    # Its own page of the interface would load scripts from elsewhere; the description itself is at /openapi.json.
    app = Described(title="riskwarn", docs_url=None, redoc_url=None, lifespan=living)
    app.add_middleware(Headers)
    app.mount("/static", StaticFiles(directory=PACKAGE / "web" / "static"), name="static")
    for router in (doors, provider_door, kept, watching):
        app.include_router(router)
    for router in (lists, details, acts, papers_desk, views, cut):
        app.include_router(router)
    for router in (products, cell, enterprises, measures, sources, checked, row_desk, information, quality, administration):
        app.include_router(router)
    for router in (drafts, draft_new, draft_desk, calendar, comments, concerns, barriers, measure):
        app.include_router(router)
    app.exception_handler(SignInNeeded)(_sign_in)
    app.exception_handler(NoNight)(_no_night)
    for missing in (duckdb.CatalogException, duckdb.BinderException):  # a table or a column that the night does not have
        app.exception_handler(missing)(_other_version)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(NotAllowed)(_not_allowed)
    app.exception_handler(CaseError)(_against_a_rule)
    app.exception_handler(Problem)(_problem)
    return app


async def _sign_in(request: Request, _error: Exception) -> Response:
    session = await run_in_threadpool(someone, request)
    if session is not None and session.must_change:
        return RedirectResponse("/password", status_code=303)
    return to_sign_in(request, await keep(request))


def _no_night(request: Request, _error: Exception) -> Response:
    return desk_of(request).page(request, "message.html", someone(request), 503, told="no night published")


def _other_version(request: Request, _error: Exception) -> Response:
    if path_of(request).endswith((".json", ".csv")):
        return Response(status_code=503)
    return desk_of(request).page(request, "message.html", someone(request), 503, told="night of another version")


async def _refused(request: Request, _error: Exception) -> Response:
    """A form of the same person's earlier session is shown again, to be sent by this one; any other is refused."""
    session = await run_in_threadpool(someone, request)
    again = await keep(request, session.person.login) if session is not None else None
    if again:
        return RedirectResponse(again, status_code=303)
    return desk_of(request).page(request, "message.html", session, 403, told="form not ours")


def _not_allowed(request: Request, _error: Exception) -> Response:
    if path_of(request).endswith((".json", ".csv")):
        return Response(status_code=403)
    return desk_of(request).page(request, "message.html", someone(request), 403, told="page not for your role")


def _against_a_rule(request: Request, error: Exception) -> Response:
    """A rule that the page itself did not expect to meet; pages that do show it beside the form."""
    if path_of(request).endswith((".json", ".csv")):
        return Response(status_code=409)
    session = someone(request)
    said = error.text(lang_for(session, request, desk_of(request).lang)) if isinstance(error, CaseError) else ""
    return desk_of(request).page(request, "message.html", session, 409, told="request refused", said=said)


def _problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, Problem) else 500
    if path_of(request).endswith((".json", ".csv")):
        return Response(status_code=status)
    told = "page not found" if status == 404 else "request refused"
    return desk_of(request).page(request, "message.html", someone(request), status, told=told)
