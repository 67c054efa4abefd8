"""Numbers as people read them, by language."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from riskwarn.text import Lang


@cache
def _locale(lang: Lang) -> Locale:
    """Parsed once: babel looks for the language's file each time it is given a name."""
    return Locale.parse(lang)


@lru_cache(maxsize=20_000)
def number(value: float, lang: Lang, digits: int = 0) -> str:
    """A number with at most ``digits`` decimals, grouped as the language does."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=_locale(lang)))


def count(value: float, lang: Lang) -> str:
    """An expected count: whole from ten up, one decimal below, "under 0.1" for next to nothing."""
    if 0 < value < 0.1:
        return "<" + number(0.1, lang, 1)
    return number(value, lang, 0 if value >= 10 else 1)


def percent(share: float, lang: Lang) -> str:
    """A share with one decimal; two where it is below one per cent."""
    return str(format_percent(share, format="#,##0.##%" if share < 0.01 else "#,##0.#%", locale=_locale(lang)))


def probability(p: float, lang: Lang) -> str:
    """A p-value: two significant digits, in scientific notation below one in ten thousand."""
    return f"{p:.0e}".replace("e-0", "e-") if p < 1e-4 else number(p, lang, 4)


def day(value: date, lang: Lang) -> str:
    """A date: 2026-11-21 in English text, 2026年11月21日 in Chinese."""
    return value.isoformat() if lang == "en" else str(format_date(value, format="long", locale=_locale(lang)))
