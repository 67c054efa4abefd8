"""What the command lines share: options, consoles, and the clock, which is read at the edges only and handed down."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from riskwarn.settings import TIMEZONE, Settings
from riskwarn.text import Lang

out = Console(width=None if sys.stdout.isatty() else 150)
err = Console(stderr=True)

HomeOption = Annotated[Path | None, typer.Option("--home", help="folder of landing/, lake/, published/ (default: RISKWARN_HOME or ./var)")]


def now() -> datetime:
    """The time in China."""
    return datetime.now(TIMEZONE)


def today() -> date:
    """The date in China."""
    return now().date()


def settings_of(home: Path | None) -> Settings:
    return Settings(home=home) if home else Settings()


def lang_of(settings: Settings) -> Lang:
    return "en" if settings.lang == "en" else "zh_CN"


@contextmanager
def refusals(settings: Settings) -> Iterator[None]:
    """What the case store refuses is told with its rule, and the command fails."""
    from riskwarn.cases.errors import CaseError

    try:
        yield
    except CaseError as error:
        err.print(error.text(lang_of(settings)), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
