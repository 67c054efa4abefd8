"""Documents say what is there: commands, settings, files, links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from riskwarn import cli
from riskwarn.describing import MART_COLUMNS
from riskwarn.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_setting_is_documented_and_no_other() -> None:
    told = set(re.findall(r"^\| `RISKWARN_(\w+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.M))
    assert told == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_named_exist_with_their_options(document: Path) -> None:
    root = typer.main.get_command(cli.app)
    commands: dict[str, Any] = root.commands  # type: ignore[attr-defined]
    wrong = []
    for line in re.findall(r"riskwarn ((?:[a-z]+)(?: [^`|\n]*)?)", document.read_text(encoding="utf-8")):
        name, *rest = line.split()
        if name not in commands:
            continue
        command = commands[name]
        while hasattr(command, "commands") and rest:  # a group: its command comes next
            wrong += [f"riskwarn {line}"] if re.fullmatch(r"[a-z-]+", rest[0]) and rest[0] not in command.commands else []
            command, rest = command.commands.get(rest[0], command), rest[1:]
        options = {o for parameter in command.params for o in (*parameter.opts, *parameter.secondary_opts)}
        wrong += [f"riskwarn {name} {word}" for word in rest if re.match(r"--?[a-z]", word) and word.split("=")[0] not in options]
    assert wrong == []


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
        return [line.split("#")[0].strip().replace("reason_zh", "reason_en") for block in blocks for line in block.splitlines()]

    assert commands("README.md") == commands("README.zh-CN.md")


def test_the_promised_columns_of_mart_warnings_are_those_of_its_sql() -> None:
    text = (ROOT / "warehouse" / "30_marts" / "mart_warnings.sql").read_text(encoding="utf-8")
    table = text[text.index("mart_warnings (") :].split("(", 1)[1].split(")", 1)[0]
    assert tuple(part.split()[0] for part in table.split(",")) == MART_COLUMNS
