"""Opens a raw file as a table of text, by what it contains; a name that promises another format gets the file refused."""

from __future__ import annotations

from pathlib import Path, PurePath

from riskwarn.ingest.content import SUFFIXES, Bytes, Kind, gunzip, is_gzip, kind_of
from riskwarn.ingest.csv_table import open_csv
from riskwarn.ingest.json_rows import open_json
from riskwarn.ingest.parquet_table import open_parquet
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.ingest.xlsx_table import open_xlsx
from riskwarn.sources import Layout


def open_table(file_name: str, path: Path, facts: Bytes, work: Path, layouts: tuple[Layout, ...], max_bytes: int) -> Table:
    """The file at ``path``, delivered as ``file_name``, as a table; raises FileRefusedError."""
    if facts.size == 0:
        raise FileRefusedError("empty", "no content")
    if is_gzip(path):
        facts = gunzip(path, work / "unpacked", max_bytes)
        path = work / "unpacked"
    kind = kind_of(path, max_bytes)
    _require_honest_name(file_name, kind)
    if kind is Kind.PARQUET:
        return open_parquet(path, layouts, max_bytes)
    if kind is Kind.XLSX:
        return open_xlsx(path, work, layouts)
    if kind is Kind.CSV:
        return open_csv(path, work, layouts, facts)
    return open_json(path, work, layouts, facts, kind)


def _require_honest_name(file_name: str, kind: Kind) -> None:
    """Refuses a file whose name promises another format than its content has; a name that promises none is fine."""
    suffixes = [suffix.lower() for suffix in PurePath(file_name).suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    promised = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if promised is not None and kind not in promised:
        raise FileRefusedError("wrong_extension", f"the content is {kind.value}; give it that ending and drop it again")
