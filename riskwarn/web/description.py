"""The console's own description at /openapi.json: what each address of data answers, also when it refuses."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

# By address the parts of its JSON: text where nothing is said, # a whole number, ! yes or no, {} an object, [] a list of objects;
# ? where it may be null; "night" is a day. What is not listed is some object.
PARTS = {
    "/night.json": "night",
    "/warnings.json": "night total# warnings[]",
    "/warnings/{warning_id}.json": "night warning{} explanation{}? scenarios[] weeks[] evidence[]",
    "/products.json": "night first last cells[]",
    "/enterprises.json": "night total# enterprises[]",
    "/enterprises/{code}.json": "night enterprise{} findings[] failed_lots[] warnings[] reports[]",
    "/measures.json": "night total# measures[]",
    "/measures/{symbol}.json": "night family can_comment! documents[] matches[]",
    "/sources.json": "night sources[] failed_checks[]",
    "/products/{scheme}/{code}/{country}.json": "night first last months[] warnings[] enterprises[] failed_lots[] events[]",
    "/sources/{source}.json": "night source{} failed_checks[] days[] total# page# quarantine[]",
    "/sources/{source}/checks.json": "night checks[]",
    "/sources/{source}/rows/{delivery}/{row_no}.json": "night row{} standing{} unit_id layout around[] not_read",
    "/calendar.json": "night month days[]",
    "/information.json": "information[]",
    "/quality.json": "indicators[] months[] backtest{}?",
    "/drafts.json": "drafts[]",
    "/concerns.json": "concerns[]",
    "/barriers.json": "night total# barriers[]",
    "/audit.json": "entries[] chain{}?",
    "/units.json": "units[]",
    "/me.json": "login name unit_id role sessions[] deputies[] subscriptions[]",
    "/deputies.json": "deputies[]",
    "/subscriptions.json": "subscriptions[]",
    "/people.json": "people[]",
    "/people/{login}.json": "login name unit_id role is_active! sessions[]",
}
OBJECT: dict[str, Any] = {"type": "object"}
KINDS: dict[str, dict[str, Any]] = {
    "#": {"type": "integer", "minimum": 0},
    "!": {"type": "boolean"},
    "{}": OBJECT,
    "[]": {"type": "array", "items": OBJECT},
}
REFUSALS = {
    "401": "nobody is signed in", "403": "not for this role", "404": "not there", "409": "against a rule of the case store",
    "503": "no night is published, or one of another version",
}  # fmt: skip


class Described(FastAPI):
    """An application that completes what FastAPI finds out by itself; made when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            made = super().openapi()
            made.setdefault("components", {})["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "riskwarn"}}
            made["security"] = [{"session": []}]
            for path, methods in made["paths"].items():
                for told in methods.values():
                    _complete(path, told["responses"])
            self.openapi_schema = made
        return self.openapi_schema


def _complete(path: str, responses: dict[str, Any]) -> None:
    if path.endswith(".csv"):
        responses["200"]["content"] = {"text/csv": {"schema": {"type": "string"}}}
    elif path.endswith(".json"):
        responses["200"]["content"] = {"application/json": {"schema": schema_of(PARTS.get(path, ""))}}
    for status, reason in REFUSALS.items():
        responses.setdefault(status, {"description": reason})


def schema_of(parts: str) -> dict[str, Any]:
    """The JSON schema of a line of PARTS."""
    found: dict[str, Any] = {}
    for part in parts.split():
        name = part.rstrip("?#!{}[]")
        kind = part.removeprefix(name)
        schema = KINDS.get(kind.rstrip("?"), {"type": "string"})
        found[name] = {"anyOf": [schema, {"type": "null"}]} if kind.endswith("?") else schema
        if name == "night":
            found[name] = {"type": "string", "format": "date"}
    return {"type": "object", "properties": found, "required": list(found)}
