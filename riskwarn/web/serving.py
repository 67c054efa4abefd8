"""The console on a port: one server process, or several that share the listening socket."""

from __future__ import annotations

from functools import partial

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from riskwarn.settings import Settings
from riskwarn.web.app import create_app
from riskwarn.web.desk import Clock

PATIENCE = 120  # seconds: a process that is still importing on a busy machine is not hung


def serve(settings: Settings, clock: Clock, host: str, port: int, processes: int) -> None:
    """Serves until it is stopped. ``clock`` is a module's function when there are several processes: each starts anew and looks it up.

    Every process follows the published night and keeps its answers for itself; sessions, throttling and cases are the case store's, and
    so shared.
    """
    make: partial[FastAPI] = partial(create_app, settings, clock)
    config = uvicorn.Config(
        make, factory=True, host=host, port=port, workers=processes, log_level="warning", server_header=False,
        timeout_worker_healthcheck=PATIENCE,
    )  # fmt: skip
    if processes > 1:
        # Handed over as an object: an import string, which uvicorn.run asks for, could not carry the home.
        Multiprocess(config, sockets=[config.bind_socket()]).run()
    else:
        uvicorn.Server(config).run()
