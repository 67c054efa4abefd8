"""Who wants to be told of what, and how: ``config/subscriptions.toml`` in the home, one table a subscription."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from riskwarn.notify.formats import COLOURS
from riskwarn.notify.items import Item
from riskwarn.text import LANGS

CHANNELS = ("mail", "webhook", "file")
MODES = ("digest", "single")
KINDS = ("warnings", "measures", "overdue")
LISTS = ("what", "products", "origins", "units", "markets", "enterprises")


class SubscriptionError(ValueError):
    """A subscription that cannot be used; the text names it and what is wrong."""


@dataclass(frozen=True)
class Subscription:
    """One recipient's wish. An empty filter lets everything through; products, origins and so on are alternatives within a filter.

    ``to``: an address (mail), an http(s) address (webhook) or the name of a folder in outbox/ (file). ``least``: of warnings, the lowest
    colour. ``products``: beginnings of product codes (HS or a foreign system's category).
    """

    name: str
    channel: str
    to: str
    what: tuple[str, ...] = ("warnings",)
    mode: str = "digest"
    lang: str = "zh_CN"
    least: str = "blue"
    products: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()

    def wants(self, item: Item) -> bool:
        """Whether the item passes every filter; a filter that an item has no value for lets it through only where it is empty."""
        if item.kind not in self.what:
            return False
        colour = item.facts.get("colour")
        if colour and COLOURS.index(colour) > COLOURS.index(self.least):
            return False
        exact = {"origin_country": self.origins, "unit_id": self.units, "market_country": self.markets, "enterprise_code": self.enterprises}
        if any(wanted and name in item.facts and item.facts[name] not in wanted for name, wanted in exact.items()):
            return False
        return not self.products or item.facts.get("product_code", "").startswith(self.products)


def read_subscriptions(path: Path) -> tuple[Subscription, ...]:
    """All subscriptions, checked; none where the file does not exist. :raises SubscriptionError: on the first that is not right."""
    if not path.exists():
        return ()
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SubscriptionError(f"{path.name}: {error}") from error
    tables = written.pop("subscription", [])
    if written or not isinstance(tables, list):
        raise SubscriptionError(f"{path.name}: only [[subscription]] tables are known, not {', '.join(written) or 'subscription'}")
    found = tuple(_read(path.name, table) for table in tables)
    repeated = sorted({s.name for s in found if [o.name for o in found].count(s.name) > 1})
    if repeated:
        raise SubscriptionError(f"{path.name}: name used twice: {', '.join(repeated)}")
    return found


def checked(where: str, table: Mapping[str, Any]) -> Subscription:
    """One subscription from its fields; ``where`` it was written. :raises SubscriptionError: where it is not right."""
    return _read(where, table)


def _read(file: str, table: Mapping[str, Any]) -> Subscription:
    name = table.get("name")
    where = f"{file}: subscription {name!r}"
    unknown = sorted(set(table) - {f.name for f in fields(Subscription)})
    if unknown:
        raise SubscriptionError(f"{where}: unknown field {', '.join(unknown)}")
    for field in ("name", "channel", "to"):
        if not isinstance(table.get(field), str) or not table[field].strip():
            raise SubscriptionError(f"{where}: {field} is missing")
    values: dict[str, Any] = {key: _texts(where, key, value) if key in LISTS else value for key, value in table.items()}
    made = Subscription(**values)
    problem = _problem(made)
    if problem:
        raise SubscriptionError(f"{where}: {problem}")
    return made


def _texts(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
        raise SubscriptionError(f"{where}: {key} must be a list of texts")
    return tuple(value)


def _problem(made: Subscription) -> str:
    choices = (("channel", CHANNELS), ("mode", MODES), ("lang", LANGS), ("least", COLOURS))
    for name, known in choices:
        if getattr(made, name) not in known:
            return f"{name} must be one of {', '.join(known)}"
    if not set(made.what) <= set(KINDS) or not made.what:
        return f"what must be among {', '.join(KINDS)}"
    if made.channel == "mail" and not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", made.to):
        return "to must be one mail address"
    if made.channel == "webhook" and (urlsplit(made.to).scheme not in ("http", "https") or not urlsplit(made.to).hostname):
        return "to must be an http(s) address"
    if made.channel == "file" and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made.to):
        return "to must be the name of a folder (letters, digits, - and _)"
    return ""
