"""Opens a raw file as a table of text, by what it contains; its name only serves to report that it says something else."""

from __future__ import annotations

from pathlib import Path, PurePath

from riskwarn.ingest.content import SUFFIXES, Bytes, Kind, gunzip, is_gzip, kind_of
from riskwarn.ingest.csv_table import open_csv
from riskwarn.ingest.json_rows import open_json
from riskwarn.ingest.parquet_table import open_parquet
from riskwarn.ingest.refusal import FileRefusedError
from riskwarn.ingest.table import Table
from riskwarn.ingest.xlsx_table import open_xlsx
from riskwarn.model import Issue
from riskwarn.sources import Layout


def open_table(path: Path, facts: Bytes, work: Path, layouts: tuple[Layout, ...], max_bytes: int) -> tuple[Table, Kind]:
    """The file as a table and what kind of file it turned out to be; raises FileRefusedError."""
    if facts.size == 0:
        raise FileRefusedError("empty", "no content")
    if is_gzip(path):
        facts = gunzip(path, work / "unpacked", max_bytes)
        path = work / "unpacked"
    kind = kind_of(path, max_bytes)
    if kind is Kind.PARQUET:
        return open_parquet(path, layouts, max_bytes), kind
    if kind is Kind.XLSX:
        return open_xlsx(path, work, layouts), kind
    if kind is Kind.CSV:
        return open_csv(path, work, layouts, facts), kind
    return open_json(path, work, layouts, facts, kind), kind


def name_issue(file_name: str, kind: Kind) -> tuple[Issue, ...]:
    """An issue where the name promises another format than the content has."""
    suffixes = [suffix.lower() for suffix in PurePath(file_name).suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    promised = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if promised is None or kind in promised:
        return ()
    return (Issue("wrong_extension", "warning", f"{file_name}: the content is {kind.value}"),)
