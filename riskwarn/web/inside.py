"""The console as a part of another application, whose sign-in counts: the same pages under a path, shown in a frame of that application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from riskwarn.settings import Settings
from riskwarn.web.app import create_app, open_desk
from riskwarn.web.desk import Clock
from riskwarn.web.guard import VISITOR

Who = Callable[[Scope], Awaitable[str]]


class Inside:
    """An ASGI application to be mounted. ``who`` says the login of who is signed in around it, empty for nobody.

    A mounted application is not told of start and end: it opens with the first request and stays open as long as its process.
    """

    def __init__(self, settings: Settings, clock: Clock, who: Who) -> None:
        self._settings, self._clock, self._who = settings, clock, who
        self._app: ASGIApp | None = None
        self._opening = asyncio.Lock()
        self._open = ExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._opening:
            if self._app is None:
                app = create_app(self._settings, self._clock)
                app.state.desk = await run_in_threadpool(self._open.enter_context, open_desk(self._settings, self._clock))
                self._app = app
        scope[VISITOR] = await self._who(scope)
        await self._app(scope, receive, send)
