"""Files that people attached: saved, never shown as a page of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Response

from riskwarn.cases.attachments import read_attachment
from riskwarn.cases.errors import AttachmentRefused
from riskwarn.web.desk import Desk


def saved_as(name: str) -> dict[str, str]:
    """A file is saved, never shown as a page of ours; whatever its name holds stays a name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}


def saved_file(desk: Desk, rows: Iterable[Mapping[str, Any]], number: int) -> Response:
    """The file of this number among ``rows`` (of a case, of an entry); 404 where it is not one of them or its content is not whole."""
    found = next((row for row in rows if row["attachment_id"] == number), None)
    if found is None:
        raise HTTPException(404)
    try:
        content = read_attachment(desk.store.attachments, found["sha256"])
    except AttachmentRefused:
        raise HTTPException(404) from None
    return Response(content, media_type=found["media_type"], headers=saved_as(found["name"]))
