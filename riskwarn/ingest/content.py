"""Bytes: a raw copy with its hash, what kind of file it really is, unpacking and transcoding within limits. Nothing here trusts a name."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from riskwarn.ingest.refusal import FileRefusedError

CHUNK = 4 << 20
HEAD = 1 << 20  # bytes that are looked at to tell kind, delimiter and headings


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"  # one document
    JSONL = "jsonl"  # one object a line
    PARQUET = "parquet"


SUFFIXES = {
    ".csv": (Kind.CSV,),
    ".txt": (Kind.CSV, Kind.JSONL, Kind.JSON),
    ".tsv": (Kind.CSV,),
    ".xlsx": (Kind.XLSX,),
    ".json": (Kind.JSON, Kind.JSONL),
    ".jsonl": (Kind.JSONL, Kind.JSON),
    ".ndjson": (Kind.JSONL, Kind.JSON),
    ".parquet": (Kind.PARQUET,),
    ".pq": (Kind.PARQUET,),
}


@dataclass(frozen=True)
class Bytes:
    """What one pass over a file told: its size and hash, whether it is UTF-8 throughout, bytes without a line end (in whole chunks)."""

    size: int
    sha256: str
    is_utf8: bool
    longest_line: int


class _Watch:
    """Takes the chunks of a file as they pass by."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._is_utf8 = True
        self._line = 0
        self._longest = 0
        self._size = 0

    def see(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._hash.update(chunk)
        if b"\n" in chunk or b"\r" in chunk:
            self._line = 0
        else:
            self._line += len(chunk)
            self._longest = max(self._longest, self._line)
        if self._is_utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False

    def done(self) -> Bytes:
        if self._is_utf8:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._is_utf8 = False
        return Bytes(self._size, self._hash.hexdigest(), self._is_utf8, self._longest)


def copy_raw(descriptor: int, target: Path, max_bytes: int) -> Bytes:
    """Copies an open file to ``target`` (readable by the owner only) in one pass that also hashes and looks at it.

    A file larger than ``max_bytes`` is hashed to its end, so that it is recognised the next night, but not kept.
    """
    watch = _Watch()
    out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "rb", buffering=0) as source, open(out, "wb", buffering=0) as copy:  # noqa: PTH123 - descriptors, not paths
        size = 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size <= max_bytes:
                copy.write(chunk)
            watch.see(chunk)
        os.fsync(copy.fileno())
    return watch.done()


def head_of(path: Path, size: int = HEAD) -> bytes:
    with path.open("rb") as handle:
        return handle.read(size)


def is_gzip(path: Path) -> bool:
    return head_of(path, 2) == b"\x1f\x8b"


def gunzip(path: Path, target: Path, max_bytes: int) -> Bytes:
    """Unpacks one layer of gzip to ``target``, watching what comes out; refuses what is cut short, damaged or grows beyond measure."""
    watch, size = _Watch(), 0
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as out:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise FileRefusedError("too_large", f"unpacks to more than {max_bytes >> 20} MB")
                out.write(chunk)
                watch.see(chunk)
    except EOFError:
        raise FileRefusedError("truncated", "the gzip data ends before its end") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileRefusedError("damaged", f"gzip: {error}") from None
    return watch.done()


def kind_of(path: Path, max_bytes: int) -> Kind:
    """What the content is, whatever the file is called; raises FileRefusedError for what we do not read."""
    head = head_of(path)
    if not head.strip():
        raise FileRefusedError("empty", "no content")
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path, max_bytes)
    _refuse_known_binaries(head)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"[":
        return Kind.JSON
    if text[:1] == b"{":
        first, _, rest = text.partition(b"\n")
        return Kind.JSONL if first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{" else Kind.JSON
    return Kind.CSV


def _refuse_known_binaries(head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # A password-protected XLSX is an OLE container whose directory names an encrypted package (in UTF-16).
        if "EncryptedPackage".encode("utf-16-le") in head or "EncryptionInfo".encode("utf-16-le") in head:
            raise FileRefusedError("password_protected", "the spreadsheet is protected by a password")
        raise FileRefusedError("format_unknown", "an old Office format; save it as XLSX or CSV")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError("undecodable", "UTF-16; save it as UTF-8")
    if head.startswith(b"\x1f\x8b"):
        raise FileRefusedError("format_unknown", "gzip within gzip")
    if b"\0" in head or head.startswith(
        (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\x28\xb5\x2f\xfd")
    ):
        raise FileRefusedError("format_unknown", "binary content that is no table we read")


def _kind_of_zip(path: Path, max_bytes: int) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefusedError("truncated", f"the archive cannot be opened: {error}") from None
    if not any(member.filename.lower() == "xl/workbook.xml" for member in members):
        raise FileRefusedError("format_unknown", "an archive that is no XLSX workbook")
    if any(member.flag_bits & 1 for member in members):
        raise FileRefusedError("password_protected", "the archive is encrypted")
    if sum(member.file_size for member in members) > max_bytes:
        raise FileRefusedError("too_large", f"claims to unpack to more than {max_bytes >> 20} MB")
    _inflate_within_claims(path, max_bytes)
    return Kind.XLSX


def _inflate_within_claims(path: Path, max_bytes: int) -> None:
    """Unpacks every member to nowhere: a member that gives more than it claims, or does not unpack, is refused."""
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as handle:
                    while chunk := handle.read(CHUNK):
                        total += len(chunk)
                        if total > max_bytes:
                            raise FileRefusedError("too_large", f"unpacks to more than {max_bytes >> 20} MB")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise FileRefusedError("damaged", f"the archive does not unpack: {error}") from None


def decoded_chunks(path: Path, encoding: str) -> Iterator[str]:
    """The text of a file, strictly decoded in bounded pieces; raises UnicodeDecodeError where it is not in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def transcode(path: Path, target: Path, encodings: tuple[str, ...]) -> str:
    """Writes the file in UTF-8 to ``target``, from the first of ``encodings`` in which all of it is valid; returns that encoding."""
    for encoding in encodings:
        try:
            with target.open("w", encoding="utf-8", newline="") as out:
                for text in decoded_chunks(path, encoding):
                    out.write(text)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefusedError("undecodable", f"neither {' nor '.join(encodings)}")
