"""What an open page asks once a minute: which night is the newest, and whether the session still lasts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from riskwarn.web.desk import Here, session_of
from riskwarn.web.guard import SignInNeeded

watching = APIRouter()


@watching.get("/night.json")
def night_json(request: Request, desk: Here) -> Response:
    """The newest published night. Asking is no work: the session's idle time goes on."""
    if session_of(request) is None:
        raise SignInNeeded
    with desk.nights.reading() as night:
        return JSONResponse({"night": night.as_of.isoformat()})
