"""Both catalogues hold every text of the code, and nothing that the code no longer says."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po

from riskwarn import cli
from riskwarn.cases import errors, follow_ups, information, lifecycle, measures, people
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


def said_by_templates() -> Iterator[tuple[str, bool]]:
    """Message ids in the console's templates: ``_("...")``, or ``_("..." ~ value)`` with True."""
    for path in sorted((PACKAGE / "web" / "templates").glob("*.html")):
        for found in re.finditer(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')\s*(~|\))""", path.read_text(encoding="utf-8")):
            yield found[1] or found[2], found[3] == "~"


def leaves(node: ast.AST) -> list[ast.AST]:
    return [*leaves(node.body), *leaves(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def help_texts() -> Iterator[str]:
    for command in all_commands(typer.main.get_command(cli.app)):
        yield " ".join((command.help or "").split())
        for parameter in command.params:
            text = getattr(parameter, "help", None)
            if text and parameter.name != "help":
                yield text


def all_commands(group: Any) -> Iterator[Any]:
    """Commands and groups below a group, at any depth."""
    for command in group.commands.values():
        yield command
        if hasattr(command, "commands"):
            yield from all_commands(command)


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_of_the_code_is_in_the_catalogue(lang: str) -> None:
    known = messages(lang)
    missing = [
        text
        for text, is_start in [*said(), *said_by_templates()]
        if text and (not any(k.startswith(text) for k in known) if is_start else text not in known)
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


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_is_said_twice(lang: str) -> None:
    """Of two entries with one id one would be lost, whichever stands first."""
    lines = (PACKAGE / "locale" / f"{lang}.po").read_text(encoding="utf-8").splitlines()
    ids = [line for line in lines if line.startswith("msgid ") and line != 'msgid ""']
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_chinese_messages_are_chinese() -> None:
    plain = {
        "sentence end",
        "list separator",
        "colon",
        "{colour} because {parts}",
        "{source} ({verdict})",
        "{substance} ({category})",
        " ({kind})",
        " ({met})",
    }
    unwritten = [k for k, v in messages("zh_CN").items() if k not in plain and not any("\u4e00" <= c <= "\u9fff" for c in v)]
    assert not unwritten


def test_the_words_of_the_case_store_are_in_the_catalogues() -> None:
    words = [f"state {s}" for s in lifecycle.STATES] + [f"action {a}" for a in lifecycle.ACTIONS] + [f"role {r}" for r in people.ROLES]
    words += [f"rule {rule}" for rule in rules()] + [f"reason class {c}" for c in lifecycle.load_lifecycle().reason_classes]
    words += [f"source class {c}" for c in information.SOURCE_CLASSES] + [f"follow-up {k}" for k in follow_ups.KINDS]
    words += [f"goods {g}" for g in measures.GOODS] + [f"due {w}" for w in ("watch", "countersign", "answer", "plan")]
    words += [f"field {f}" for rule in lifecycle.load_lifecycle().rules for f in rule.fields]
    words += [f"made {m}" for m in ("follow_up", "attachment", "measure", "hand_over")]
    assert [word for word in words if word not in messages("en")] == []


def rules() -> Iterator[str]:
    """Every rule that a refusal can name: by class, or by ``what`` where a class has several."""
    for path in sorted((PACKAGE / "cases").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("NotReady", "AttachmentRefused"):
                yield from (str(k.value.value) for k in node.keywords if k.arg == "what" and isinstance(k.value, ast.Constant))
    several = (errors.CaseError, errors.NotReady, errors.AttachmentRefused)
    yield from (c.rule for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.CaseError) and c not in several)
