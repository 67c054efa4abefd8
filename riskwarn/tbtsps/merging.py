"""Two people at one draft: what each of them changed, so that neither's words are lost when the second is told to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from riskwarn.cases import CaseStore, audit
from riskwarn.tbtsps.notifications import Notification


@dataclass(frozen=True)
class Merged:
    """``boxes``: the person's text where he changed it, else as it stands now. ``theirs``: what stands now in boxes that both changed."""

    boxes: dict[str, str]
    theirs: dict[str, str]


def merge(store: CaseStore, now: Notification, seen: int, said: Mapping[str, str]) -> Merged:
    """``said``: every box as the person sent it, who saw version ``seen``."""
    boxes, theirs = dict(now.draft.boxes), {}
    base = {**boxes, **_changed_since(store, now.notification_id, seen)}
    for key, text in said.items():
        stands = boxes.get(key, "")
        if text in (base.get(key, ""), stands):
            continue
        boxes[key] = text
        if base.get(key, "") != stands:
            theirs[key] = stands
    return Merged(boxes, theirs)


def _changed_since(store: CaseStore, notification_id: int, seen: int) -> dict[str, str]:
    """By box that was written anew since version ``seen``, the text that stood there then."""
    with store.engine.connect() as con:
        entries = audit.trail(con, f"notification {notification_id}")
    found: dict[str, str] = {}
    for entry in entries:
        if entry["action"] == "edit" and entry["after"]["version"] > seen:
            found = {**entry["before"], **found}  # the oldest of the newer edits knows what stood there first
    return found
