"""The drop zone: which files are there, and when each was delivered. riskwarn never changes or removes them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from riskwarn.settings import day_of

# Names that copying programs give to files that are still being written.
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Landed:
    """One regular file in landing/<source>/, as it stood when the folder was listed.

    ``stamp`` changes whenever the content can have changed: the change time (ctime) cannot be set by whoever copies the file.
    """

    path: Path
    size_bytes: int
    modified_at: datetime
    stamp: str

    @property
    def name(self) -> str:
        return self.path.name


def look_at(path: Path) -> Landed | None:
    """The file, or None where it is no regular file (a symbolic link could show us any file of this machine) or is gone."""
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(seen.st_mode):
        return None
    stamp = f"{seen.st_ino}-{seen.st_size}-{seen.st_mtime_ns}-{seen.st_ctime_ns}"
    return Landed(path, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC), stamp)


def landed_files(folder: Path) -> list[Landed]:
    """The files that lie in ``folder``, in order of name; hidden and unfinished ones are not ours yet."""
    if not folder.is_dir():
        return []
    names = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and not p.name.lower().endswith(UNFINISHED))
    return [landed for path in names if (landed := look_at(path)) is not None]


def open_landed(path: Path) -> int:
    """A descriptor that reads the file; a link or a pipe put there since the listing is refused by the system."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def delivered_on(landed: Landed, today: date, newest_night: date | None) -> date:
    """The day in China on which the file reached us: never after today, never before a night that was judged without it."""
    day = min(today, day_of(landed.modified_at))
    return day if newest_night is None else max(day, newest_night)
