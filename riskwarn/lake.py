"""The lake: Parquet and JSON partitions, one file each, replaced whole (written aside, synced, renamed)."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yields a path beside ``target`` to write to; on success it replaces ``target`` atomically, on failure nothing changes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield aside
        with aside.open("rb") as handle:
            os.fsync(handle.fileno())
        aside.replace(target)
        sync_folder(target.parent)
    finally:
        aside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes a rename in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Lake:
    """The folder ``lake/``: ``<table>/<partition>.parquet`` or ``.json``; a partition name may hold one slash (source/delivery)."""

    root: Path

    def path(self, table: str, partition: str, suffix: str = ".parquet") -> Path:
        return self.root / table / f"{partition}{suffix}"

    def write(self, table: str, partition: str, write: Callable[[Path], object], suffix: str = ".parquet") -> Path:
        """Replaces a partition by what ``write(path)`` leaves at the path it is given."""
        target = self.path(table, partition, suffix)
        with replacing(target) as aside:
            write(aside)
        return target

    def write_frame(self, table: str, partition: str, frame: pd.DataFrame) -> Path:
        return self.write(table, partition, lambda path: frame.to_parquet(path, index=False))

    def read_frame(self, table: str, partition: str) -> pd.DataFrame | None:
        """The partition, or None where there is none."""
        import pandas as pd  # takes 2 s the first time: not for those who only ask for a report or a help text

        path = self.path(table, partition)
        return pd.read_parquet(path) if path.exists() else None

    def write_json(self, table: str, partition: str, value: Any) -> Path:
        text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        return self.write(table, partition, lambda path: path.write_text(text, encoding="utf-8"), ".json")

    def read_json(self, table: str, partition: str) -> Any:
        """The partition, or None where there is none."""
        path = self.path(table, partition, ".json")
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def partitions(self, table: str, folder: str = "", suffix: str = ".parquet") -> list[str]:
        """Partition names in order; with ``folder``, those of ``<table>/<folder>/``."""
        base = self.root / table / folder
        if not base.is_dir():
            return []
        prefix = f"{folder}/" if folder else ""
        return sorted(f"{prefix}{p.name[: -len(suffix)]}" for p in base.glob(f"*{suffix}") if not p.name.startswith("."))

    def newest_before(self, table: str, as_of: date, suffix: str = ".parquet") -> str | None:
        """The newest dated partition strictly before ``as_of``."""
        earlier = [name for name in self.partitions(table, suffix=suffix) if name < as_of.isoformat()]
        return earlier[-1] if earlier else None

    def newest_night(self) -> date | None:
        """The newest night that was judged."""
        nights = self.partitions("nights", suffix=".json")
        return date.fromisoformat(nights[-1]) if nights else None
