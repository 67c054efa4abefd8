"""Files that people attach: what they are is read from their content, not believed from their name.

Kept under their SHA-256 in RISKWARN_HOME/attachments (folder 0700, files 0600), written aside and renamed. Nothing in them is run.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from riskwarn.cases.errors import AttachmentRefused

MOST_BYTES = 20 * 1024**2
MOST_UNPACKED = 200 * 1024**2  # of an Office file, which is a ZIP archive
NAME_LENGTH = 100
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# by ending: what the content must be
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": _WORD,
    "xlsx": _SHEET,
}
# the part that makes a ZIP archive a document of this kind
_MAIN_PART = {_WORD: "word/document.xml", _SHEET: "xl/workbook.xml"}


@dataclass(frozen=True)
class Stored:
    """A file that was accepted."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int


def read_file(path: Path) -> bytes:
    """The bytes of a file that somebody wants to attach; one that is too large is refused before it is read."""
    if path.stat().st_size > MOST_BYTES:
        raise AttachmentRefused(what="attachment_size", name=clean_name(path.name), most=MOST_BYTES // 1024**2)
    return path.read_bytes()


def examine(name: str, content: bytes) -> Stored:
    """What a file is; raises AttachmentRefused where it is not what its name says, empty or too large. Nothing is kept yet."""
    shown = clean_name(name)
    if not 0 < len(content) <= MOST_BYTES:
        raise AttachmentRefused(what="attachment_size", name=shown, most=MOST_BYTES // 1024**2)
    _stem, dot, ending = shown.rpartition(".")
    media_type = MEDIA_TYPES.get(ending.lower()) if dot else None
    if media_type is None:
        raise AttachmentRefused(what="attachment_type", name=shown, allowed=", ".join(MEDIA_TYPES))
    if _type_of(content) != media_type:
        raise AttachmentRefused(what="attachment_content", name=shown)
    return Stored(hashlib.sha256(content).hexdigest(), shown, media_type, len(content))


def keep_bytes(folder: Path, name: str, content: bytes) -> Stored:
    """Examines bytes and keeps them."""
    found = examine(name, content)
    keep_content(folder, content)
    return found


def keep_content(folder: Path, content: bytes) -> str:
    """Keeps bytes that were checked before (here, or by the store that a backup is of); returns their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    _write(folder / digest, content)
    return digest


def read_attachment(folder: Path, sha256: str) -> bytes:
    """The bytes of a kept file; raises AttachmentRefused where they are gone or no longer the same."""
    path = folder / sha256
    if not re.fullmatch("[0-9a-f]{64}", sha256) or not path.is_file():
        raise AttachmentRefused(what="attachment_gone", name=sha256)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise AttachmentRefused(what="attachment_changed", name=sha256)
    return content


def clean_name(name: str) -> str:
    """A name that can be shown and saved anywhere: no folders, no control or direction marks, no leading dots, not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*').strip(" .")
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 10 else shown[:NAME_LENGTH] or "unnamed"


def _type_of(content: bytes) -> str | None:
    """The media type that the content itself shows; of Office files also by the part that makes them one, without macros."""
    import filetype

    kind = filetype.guess_mime(content)
    if kind in (_WORD, _SHEET) or (kind == "application/zip"):
        return _office_type(content)
    return str(kind) if kind else None


def _office_type(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names, unpacked = set(archive.namelist()), sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if unpacked > MOST_UNPACKED or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for kind, part in _MAIN_PART.items() if part in names and "[Content_Types].xml" in names), None)


def _write(path: Path, content: bytes) -> None:
    """Aside and then renamed: a file that is there is whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_file() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
