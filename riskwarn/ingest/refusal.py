"""Why a file as a whole cannot be taken in."""

from __future__ import annotations

from riskwarn.model import Issue


class FileRefusedError(Exception):
    """The file is quarantined whole; ``code`` is a key of the message catalogue, ``detail`` names what was met (no personal data)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    def issue(self, file_name: str) -> Issue:
        return Issue(self.code, "critical", f"{file_name}: {self.detail}" if self.detail else file_name)
