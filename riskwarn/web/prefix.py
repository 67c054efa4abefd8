"""The console under a path of another application: every address of ours in a page carries that path.

Templates say ``href="/warnings"``. When one is loaded, its own text (never a value) is changed once, so that such an address begins with
the path under which the console is mounted; an address that comes from a value gets it when the page is made.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension
from starlette.types import Scope

# Of the request at hand: macros of imported templates know no other variable of a page.
_ROOT: ContextVar[str] = ContextVar("console_root", default="")
_PLAIN = re.compile(r'(?<=\s)(href|src|action|formaction)="(?=/(?!/))')
_VALUE = re.compile(r'(?<=\s)(href|src|action|formaction)="\{\{\s*((?:(?!\}\}).)+?)\s*\}\}')


def root_of(scope: Scope) -> str:
    """Under which path the console is mounted; empty where it is an application of its own."""
    return str(scope.get("root_path") or "").rstrip("/")


def path_of(scope: Scope) -> str:
    """The address within the console, whatever it is mounted under."""
    path, root = str(scope["path"]), root_of(scope)
    return (path.removeprefix(root) or "/") if root and (path == root or path.startswith(root + "/")) else path


def enter(scope: Scope) -> None:
    """From here on pages of this request carry its path."""
    _ROOT.set(root_of(scope))


def under(address: Any) -> str:
    """An address of ours with the path before it; one of elsewhere, or within the page, as it is."""
    text = str(address)
    return _ROOT.get() + text if text.startswith("/") and not text.startswith("//") else text


class Root:
    """The path itself, as a template prints it."""

    def __str__(self) -> str:
        return _ROOT.get()


class Prefixed(Extension):
    """Puts the path before what begins with a slash in href, src, action and formaction."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(console_root=Root(), under=under)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _PLAIN.sub(r'\1="{{ console_root }}', _VALUE.sub(r'\1="{{ under(\2) }}', source))
