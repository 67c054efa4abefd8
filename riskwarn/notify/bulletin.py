"""The night's bulletin: one neutral body, three formats (Markdown in both languages, JSON, CSV), written to outbox/<as_of>/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from riskwarn.frames import records
from riskwarn.lake import Lake, replacing
from riskwarn.notify import formats
from riskwarn.settings import Settings
from riskwarn.text import LANGS


@dataclass(frozen=True)
class Bulletin:
    """What a night has to tell: the active warnings, gravest first, and how far each source could be relied on.

    ``warnings`` are rows of lake/warnings as plain values; ``sources`` maps a source to its verdict; ``estimated_fdr`` is at most the
    share of false ones among the statistical warnings that the night opened (None: it opened none).
    """

    as_of: date
    warnings: tuple[dict[str, Any], ...]
    sources: dict[str, str]
    counts: dict[str, int]
    estimated_fdr: float | None = None


def send_bulletin(settings: Settings, lake: Lake, as_of: date) -> Path | None:
    """Writes the bulletin of a night; None, and nothing written, where a newer night has sent its own. Running it again replaces it."""
    if any(folder.name > as_of.isoformat() for folder in settings.outbox.glob("????-??-??")):
        return None
    body = compose(lake, as_of)
    folder = settings.outbox / as_of.isoformat()
    files = {"bulletin.json": formats.as_json(body).encode(), "warnings.csv": formats.as_csv(body)}
    for lang in LANGS:
        files[f"bulletin.{lang}.md"] = formats.as_markdown(body, lang).encode()
    for name, content in files.items():
        with replacing(folder / name) as aside:
            aside.write_bytes(content)
    return folder


def compose(lake: Lake, as_of: date) -> Bulletin:
    """The body from the night's lake partitions."""
    frame = lake.read_frame("warnings", as_of.isoformat())
    active = [] if frame is None else [_plain(row) for row in records(frame) if row["status"] in ("open", "quiet")]
    verdicts: dict[str, str] = {}
    for partition in lake.partitions("verdicts", as_of.isoformat(), ".json"):
        verdict = lake.read_json("verdicts", partition)
        verdicts[partition.split("/")[-1]] = verdict["verdict"]
    counts = lake.read_json("warn_counts", as_of.isoformat()) or {}
    listed = tuple(sorted(active, key=formats.gravest_first))
    return Bulletin(as_of, listed, verdicts, {k: v for k, v in counts.items() if isinstance(v, int)}, counts.get("estimated_fdr"))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row of plain values: dates as text, missing numbers as None."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, (date, pd.Timestamp)):
            plain[name] = value.isoformat()[:10]
        elif isinstance(value, float) and pd.isna(value):
            plain[name] = None
        else:
            plain[name] = value.item() if hasattr(value, "item") else value
    return plain
