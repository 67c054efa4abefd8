"""Where a business key can be looked up: the address of the source's own system, where the authority configured one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from urllib.parse import quote

from riskwarn.sources import all_sources

FILE = "records.toml"
PARTS = ("key", "number", "line")


class RecordAddressError(ValueError):
    """config/records.toml is not what it must be; the message names the source and what is wrong."""


@cache
def load_patterns(config: Path) -> Mapping[str, str]:
    """By source, the pattern of an address: ``{key}`` stands for the business key; of a declaration with its line ``{number}`` and
    ``{line}`` for the two parts. Empty where nothing is configured. Raises RecordAddressError."""
    path = config / FILE
    if not path.is_file():
        return {}
    told = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("record_url", {})
    known = all_sources()
    for source, pattern in told.items():
        if source not in known:
            raise RecordAddressError(f"{FILE}: no source {source!r}; known: {', '.join(sorted(known))}")
        if not isinstance(pattern, str) or not pattern.startswith(("https://", "http://")) or any(c.isspace() for c in pattern):
            raise RecordAddressError(f"{FILE}: {source}: an address begins with https:// or http:// and holds no blank")
        if not _is_filled_plainly(pattern):
            raise RecordAddressError(f"{FILE}: {source}: the path or query holds {{key}}, or {{number}} and {{line}}; nothing else")
    return dict(told)


def _is_filled_plainly(pattern: str) -> bool:
    """Only our parts, as they are, and none of them in the name of the host."""
    try:
        asked = [(name, form, way) for _text, name, form, way in Formatter().parse(pattern) if name is not None]
    except ValueError:
        return False
    host = pattern.split("://", 1)[1].split("/", 1)[0]
    return bool(asked) and all(name in PARTS and not form and way is None for name, form, way in asked) and "{" not in host


def record_address(patterns: Mapping[str, str], source: str, key: str) -> str | None:
    """The address of a record; whatever the key holds stays one part of the path."""
    pattern = patterns.get(source)
    if pattern is None or not key:
        return None
    number, _, line = key.partition("/")
    return pattern.format(**{name: quote(value, safe="") for name, value in (("key", key), ("number", number), ("line", line))})
