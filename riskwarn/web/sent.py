"""A form as a signed-in person sent it: read before the work begins, its token checked in one place."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from riskwarn.web.desk import Who
from riskwarn.web.guard import check_csrf

LONGEST = 10_000  # characters that are read of a field in a case's forms


async def sent(request: Request, session: Who) -> FormData:
    """Raises SignInNeeded, and Refused where the form is not one of this session."""
    form = await request.form()
    check_csrf(session, str(form.get("csrf", "")))
    return form


Sent = Annotated[FormData, Depends(sent)]


def texts(form: FormData, most: int) -> dict[str, str]:
    """The fields that are text, cut to a bound; a file is none, the token is not theirs to see."""
    return {name: value[:most] for name, value in form.items() if isinstance(value, str) and name != "csrf"}
