"""Feeds that other programs fetch from outbox/: the warnings as Atom (RFC 4287), the days to remember as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from xml.etree import ElementTree

import icalendar

from riskwarn.notify.items import Item
from riskwarn.text import Lang, translator

ATOM = "http://www.w3.org/2005/Atom"


def as_atom(items: Sequence[Item], as_of: date, lang: Lang) -> bytes:
    """The active warnings, one entry each; the id holds the colour, so that a reader shows a changed one anew."""
    _ = translator(lang)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": lang.replace("_", "-")})
    _child(feed, "id", f"urn:riskwarn:warnings:{lang}")
    _child(feed, "title", _("riskwarn: early warnings"))
    _child(feed, "updated", f"{as_of.isoformat()}T00:00:00+08:00")
    _child(_child(feed, "author"), "name", "riskwarn")
    for item in items:
        entry = _child(feed, "entry")
        _child(entry, "id", f"urn:riskwarn:{item.key}:{item.revision}")
        _child(entry, "title", item.title[lang])
        _child(entry, "updated", f"{as_of.isoformat()}T00:00:00+08:00")
        _child(entry, "content", item.body[lang]).set("type", "text")
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _child(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = None if text is None else plain(text)
    return child


def plain(text: str) -> str:
    """Text without the control characters that XML 1.0 and calendars cannot hold."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)))


def as_ical(items: Sequence[Item], as_of: date, lang: Lang) -> bytes:
    """One all-day event an item that has a day; its UID stays, so that a calendar moves it when the day moves."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//riskwarn//measures ahead//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", translator(lang)("riskwarn: comments due"))
    for item in items:
        if item.due_on is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"{item.key}@riskwarn")
        event.add("dtstamp", datetime.combine(as_of, time(), tzinfo=UTC))
        event.add("dtstart", item.due_on)
        event.add("dtend", item.due_on + timedelta(days=1))
        event.add("summary", plain(item.title[lang]))
        event.add("description", plain(item.body[lang]))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
