"""Both catalogues hold every text of the code, and nothing that the code no longer says."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

import pytest
import typer
from babel.messages.pofile import read_po

from riskwarn import cli
from riskwarn.places import PACKAGE
from riskwarn.text import LANGS

SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def messages(lang: str) -> dict[str, str]:
    with (PACKAGE / "locale" / f"{lang}.po").open("rb") as handle:
        return {str(m.id): str(m.string) for m in read_po(handle) if m.id}


def is_translation(call: ast.Call) -> bool:
    """``_("...")`` or ``translator(lang)("...")``, and doctor's ``Finding(ok, "...")``."""
    named = isinstance(call.func, ast.Name) and call.func.id in ("_", "Finding")
    chained = isinstance(call.func, ast.Call) and isinstance(call.func.func, ast.Name) and call.func.func.id == "translator"
    return named or chained


def said() -> Iterator[tuple[str, bool]]:
    """Every message id in the code; for an f-string its beginning, with True."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and is_translation(node)):
                continue
            for part in (leaf for argument in node.args for leaf in leaves(argument)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, False
                elif isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                    yield str(part.values[0].value), True
                elif isinstance(part, ast.BinOp) and isinstance(part.left, ast.Constant):
                    yield str(part.left.value), True


def leaves(node: ast.AST) -> list[ast.AST]:
    return [*leaves(node.body), *leaves(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def help_texts() -> Iterator[str]:
    root = typer.main.get_command(cli.app)
    for command in root.commands.values():  # type: ignore[attr-defined]
        yield " ".join((command.help or "").split())
        for parameter in command.params:
            text = getattr(parameter, "help", None)
            if text and parameter.name != "help":
                yield text


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_of_the_code_is_in_the_catalogue(lang: str) -> None:
    known = messages(lang)
    missing = [
        text for text, is_start in said() if text and (not any(k.startswith(text) for k in known) if is_start else text not in known)
    ]
    missing += [text for text in help_texts() if text not in known]
    assert not sorted(set(missing))


def test_both_catalogues_hold_the_same_messages_with_the_same_fields() -> None:
    english, chinese = messages("en"), messages("zh_CN")
    assert english.keys() == chinese.keys()

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [key for key in english if fields(english[key]) != fields(chinese[key])] == []
    assert [key for key in english if not english[key].strip() or not chinese[key].strip()] == []


def test_chinese_messages_are_chinese() -> None:
    plain = {"sentence end", "list separator", "{colour} because {parts}", "{source} ({verdict})", "{substance} ({category})", " ({kind})"}
    unwritten = [k for k, v in messages("zh_CN").items() if k not in plain and not any("\u4e00" <= c <= "\u9fff" for c in v)]
    assert not unwritten
