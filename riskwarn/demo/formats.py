"""Writing delivery files in the shapes in which authorities send them, byte for byte the same every time."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

import pandas as pd

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the fixed time stamp inside archives
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def csv_bytes(frame: pd.DataFrame, encoding: str) -> bytes:
    return frame.to_csv(index=False, lineterminator="\r\n").encode(encoding)


def xlsx_bytes(frame: pd.DataFrame) -> bytes:
    """A one-sheet workbook; numbers become number cells (so codes held as numbers lose their zeros, as they do in real life)."""
    lines = [f"<row>{''.join(_cell(name) for name in frame.columns)}</row>"]
    lines += [f"<row>{''.join(map(_cell, row))}</row>" for row in frame.itertuples(index=False, name=None)]
    body = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    parts = _PARTS | {"xl/worksheets/sheet1.xml": f"{body}{''.join(lines)}</sheetData></worksheet>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), (_HEAD + text).encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def jsonl_bytes(frame: pd.DataFrame) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in frame.to_dict("records")).encode()


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def gzipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6) as packed:
        packed.write(data)
    return out.getvalue()


FORMATS: dict[str, Callable[[pd.DataFrame], bytes]] = {
    "utf-8": lambda frame: csv_bytes(frame, "utf-8"),
    "utf-8-bom": lambda frame: csv_bytes(frame, "utf-8-sig"),
    "gb18030": lambda frame: csv_bytes(frame, "gb18030"),
    "csv.gz": lambda frame: gzipped(csv_bytes(frame, "utf-8")),
    "xlsx": xlsx_bytes,
    "jsonl": jsonl_bytes,
    "parquet": parquet_bytes,
}
SUFFIXES = {"csv.gz": ".csv.gz", "xlsx": ".xlsx", "jsonl": ".jsonl", "parquet": ".parquet"}  # everything else is .csv
