"""Agencies and their roles: the reviewed file, with what RISKWARN_HOME/config/agencies.toml changes or adds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from riskwarn.documents.facts import Agency, Both
from riskwarn.places import PACKAGE

OWN_FILE = PACKAGE / "documents" / "agencies.toml"
_TEXTS = ("name_zh", "name_en", "masthead_zh", "masthead_en", "address_zh", "address_en", "email", "source")


@dataclass(frozen=True)
class Agencies:
    """Agencies by code, and which of them a role means."""

    by_code: dict[str, Agency]
    roles: dict[str, str]

    def get(self, code: str) -> Agency:
        if code not in self.by_code:
            raise LookupError(f"no agency {code!r}; known: {', '.join(sorted(self.by_code))} (config/agencies.toml adds others)")
        return self.by_code[code]

    def of_role(self, role: str) -> Agency:
        return self.get(self.roles[role])


def read_agencies(home: Path | None = None) -> Agencies:
    """The project's own file, overruled entry by entry by ``home``/config/agencies.toml where there is one."""
    local = home / "config" / "agencies.toml" if home else None
    paths = tuple(path for path in (OWN_FILE, local) if path is not None and path.exists())
    return _read(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=8)
def _read(paths: tuple[Path, ...], _changed: tuple[int, ...]) -> Agencies:
    """Read once until a file changes: every page with a form asks for them."""
    entries: dict[str, dict[str, Any]] = {}
    roles: dict[str, str] = {}
    for path in paths:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        roles |= {str(role): str(code) for role, code in told.get("roles", {}).items()}
        for entry in told.get("agency", ()):
            entries[str(entry["code"])] = {**entries.get(str(entry["code"]), {}), **entry}
    found = {code: _agency(code, entry) for code, entry in entries.items()}
    unknown = sorted(code for code in roles.values() if code not in found)
    if unknown:
        raise ValueError(f"agencies.toml gives a role to {unknown}, which it does not describe")
    return Agencies(found, roles)


def _agency(code: str, entry: dict[str, Any]) -> Agency:
    missing = [name for name in ("name_zh", "name_en", "source") if not entry.get(name)]
    if missing:
        raise ValueError(f"agencies.toml: agency {code!r} lacks {missing}")
    text = {name: str(entry.get(name, "")) for name in _TEXTS}
    return Agency(
        code,
        Both(text["name_zh"], text["name_en"]),
        Both(text["masthead_zh"] or text["name_zh"], text["masthead_en"] or text["name_en"]),
        Both(text["address_zh"], text["address_en"]),
        text["email"],
        text["source"],
    )
