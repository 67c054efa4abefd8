"""Sends what a night has to tell: feeds for programs, then each subscription by its channel, once.

The order is claim, send, settle: what broke off between the last two goes out again under the same message id. A channel that fails is
noted and tried again at the next sending; the others go on.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from riskwarn import warehouse
from riskwarn.cases import open_store
from riskwarn.cases.reading import read_cases
from riskwarn.cases.receipts import claim, settle, told
from riskwarn.cases.subscribers import subscribers
from riskwarn.cases.tables import warning_case
from riskwarn.frames import day_of_cell, records
from riskwarn.lake import Lake, replacing
from riskwarn.notify import channels, feeds
from riskwarn.notify.items import Item, measure_items, overdue_items, warning_items
from riskwarn.notify.subscriptions import Subscription, SubscriptionError, checked, read_subscriptions
from riskwarn.settings import Settings
from riskwarn.tbtsps.comments import extended_deadlines
from riskwarn.text import LANGS

MOST_MEASURES = 100_000

Result = dict[str, Any]  # of one subscription: sent, failed (items), error


def send_night(settings: Settings, lake: Lake, as_of: date) -> dict[str, Result]:
    """Tells of the night's warnings; by subscription what went out. Nothing where a newer night has sent its own."""
    if any(night > as_of.isoformat() for night in lake.partitions("sent", suffix=".json")):
        return {}
    frame = lake.read_frame("warnings", as_of.isoformat())
    with open_store(settings) as store:
        items = warning_items([] if frame is None else records(frame), _units(store.engine))
        active = [item for item in items if not item.is_follow_up]
        _write_feeds(settings, {f"warnings.{lang}.atom": feeds.as_atom(active, as_of, lang) for lang in LANGS})
        try:
            results = deliver(settings, store.engine, items, as_of, "warnings")
        except SubscriptionError as error:  # a slip of the pen in a file does not cost the night its list
            results = {"subscriptions.toml": {"sent": 0, "failed": 0, "error": str(error)}}
    lake.write_json("sent", as_of.isoformat(), results)
    return results


def send_reminders(settings: Settings, today: date) -> dict[str, Result]:
    """Tells of the foreign measures ahead in the published night, by how much time is left today."""
    with warehouse.open_published(settings) as con:
        rows = records(warehouse.read_measures(con, None, broad=False, most=MOST_MEASURES, followed=True))
    with open_store(settings) as store:
        granted = extended_deadlines(store)
        items = measure_items([_with_dates(row, granted) for row in rows], today)
        _write_feeds(settings, {f"measures.{lang}.ics": feeds.as_ical(items, today, lang) for lang in LANGS})
        return deliver(settings, store.engine, items, today, "measures")


def send_overdue(settings: Settings, today: date) -> dict[str, Result]:
    """Takes what is overdue one unit up, and tells those who asked for it."""
    with open_store(settings) as store:
        store.escalate(today)
        late = store.overdue(today)
        with store.engine.connect() as con:
            cases = {case.case_id: case for case in read_cases(con, {one.case_id for one in late})}
        rows = [
            {
                "case_id": one.case_id, "what": one.what, "due_on": one.due_on, "days_late": one.days_late, "unit_id": one.escalates_to,
                "title": {lang: cases[one.case_id].reason(lang) for lang in LANGS},
            }
            for one in late
        ]  # fmt: skip
        return deliver(settings, store.engine, overdue_items(rows), today, "overdue")


def all_subscriptions(settings: Settings, engine: Engine) -> tuple[Subscription, ...]:
    """Those that the authority wrote, then those that people asked for in the console."""
    with engine.connect() as con:
        asked = subscribers(con)
    own = (checked(f"console: {one.login}", {"name": one.full_name, **one.wish}) for one in asked)
    return (*read_subscriptions(settings.config / "subscriptions.toml"), *own)


def deliver(settings: Settings, engine: Engine, items: Sequence[Item], night: date, kind: str) -> dict[str, Result]:
    """Each subscription that asks for ``kind`` gets the items it wants and was not told of yet."""
    subscriptions = [s for s in all_subscriptions(settings, engine) if kind in s.what]
    with _alone(settings):
        return {s.name: _deliver_to(settings, engine, s, items, night) for s in subscriptions}


def _deliver_to(settings: Settings, engine: Engine, to: Subscription, items: Sequence[Item], night: date) -> Result:
    known = told(engine, to.name, to.to)
    due = tuple(item for item in items if to.wants(item) and _is_news(item, known.get(item.key, set())))
    result: Result = {"sent": 0, "failed": 0, "error": ""}
    for batch in [(item,) for item in due] if to.mode == "single" else [due] if due else []:
        message = channels.Message(night, to, batch)
        pairs = [(item.key, item.revision) for item in batch]
        claim(engine, to.name, to.to, pairs, night, message.message_id)
        try:
            channels.send(settings, message)
        except channels.ChannelError as error:
            settle(engine, to.name, to.to, pairs, str(error))
            result["failed"] += len(batch)
            result["error"] = str(error)
            continue
        settle(engine, to.name, to.to, pairs)
        result["sent"] += len(batch)
    return result


def _is_news(item: Item, known: set[str]) -> bool:
    """A revision not told yet; an end is news only to those who were told of the beginning."""
    return item.revision not in known and (bool(known) or not item.is_follow_up)


def _units(engine: Engine) -> dict[str, str]:
    with engine.connect() as con:
        rows = con.execute(sa.select(warning_case.c.warning_id, warning_case.c.proposed_unit_id))
        return {row.warning_id: row.proposed_unit_id or "" for row in rows}


def _with_dates(row: Mapping[str, Any], granted: Mapping[str, date]) -> dict[str, Any]:
    """Days as dates, a missing one as None; a comment period that the Member extended ends when it said."""
    days = ("comment_deadline_on", "adoption_on", "entry_into_force_on")
    told_days = {name: day_of_cell(row[name]) for name in days}
    later = {"comment_deadline_on": granted[row["family"]]} if row["family"] in granted else {}
    return dict(row) | told_days | later


def _write_feeds(settings: Settings, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        with replacing(settings.outbox / name) as aside:
            aside.write_bytes(content)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One sender at a time in a home; the lock goes with the process, whatever ends it."""
    settings.outbox.mkdir(parents=True, exist_ok=True)
    with (settings.outbox / ".sending.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
