"""The shape of the project, read from its syntax trees: who may import whom, who may look at the clock and at the environment."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "riskwarn"
DAGS = sorted((ROOT / "dags").glob("*.py"))

# Lowest first: a module imports only from layers below its own. Modules of one layer never import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("model", "places", "frames"),
    ("text", "settings", "lake", "sources", "indicators"),  # sources, indicators: declarations, read by the stages
    ("names", "sql", "report", "workdays", "documents"),
    ("ingest", "checks", "warehouse", "detect", "assess", "cases", "notify"),  # the stages
    ("nights", "behind", "tbtsps", "corrections"),
    ("assessing", "surveil", "notices"),
    ("picturing",),
    ("describing",),  # book-keeping and wording that join stages
    ("explaining", "holding"),  # in figures what describing says in words; what was held back
    ("judging", "sending"),
    ("pipeline",),
    ("backtest", "demo", "evaluation", "doctor", "measures", "screens", "web"),
    ("case_screens", "edge", "airflow_support"),
    ("cli_cases", "cli_people", "cli_quarantine", "cli_notices", "cli_tbtsps"),
    ("cli_case_work", "cli_tbtsps_steps", "cli_comments", "cli_readers"),
    ("cli",),
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
EDGES = {
    "cli.py",
    "cli_cases.py",
    "cli_case_work.py",
    "cli_people.py",
    "cli_quarantine.py",
    "cli_notices.py",
    "cli_tbtsps.py",
    "cli_tbtsps_steps.py",
    "cli_comments.py",
    "cli_readers.py",
    "edge.py",
    "airflow_support.py",
}  # only here is the clock read; everywhere else the date is an argument


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_files() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(PACKAGE / "cases" / "migrations"))


def part_of(path: Path) -> str:
    """The top-level module or package of riskwarn that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> Iterator[str]:
    """Top-level parts of riskwarn that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [f"riskwarn.{alias.name}" for alias in node.names] if node.module == "riskwarn" else [node.module]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("riskwarn."))


def test_every_part_has_a_layer() -> None:
    parts = {part_of(path) for path in python_files()} - {"__init__", "__main__", "locale"}
    assert parts - set(RANK) == set(), "say in LAYERS where the new part belongs"
    assert set(RANK) - parts == set()


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    own = part_of(path)
    if own in ("__init__", "__main__"):
        return
    wrong = sorted({part for part in imported_parts(path) if part != own and RANK.get(part, 99) >= RANK[own]})
    assert not wrong, f"{own} must not import {wrong}"


def calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
            yield name, node.lineno


@pytest.mark.parametrize("path", [*python_files(), *DAGS], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_clock_is_read_at_the_edges_only(path: Path) -> None:
    if path.parent == PACKAGE and path.name in EDGES:
        return
    assert [(name, line) for name, line in calls(path) if name in {"now", "today", "utcnow"}] == []


@pytest.mark.parametrize("path", sorted([*ROOT.glob("warehouse/**/*.sql"), *ROOT.glob("expectations/**/*.sql")]), ids=lambda p: p.name)
def test_sql_does_not_know_the_clock(path: Path) -> None:
    code = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"\b(?:now\s*\(|today\s*\(|current_date\b|current_timestamp\b|get_current_)", code, flags=re.I) == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_settings_read_the_environment(path: Path) -> None:
    found = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute) and n.attr in {"environ", "getenv"}]
    assert not found or path == PACKAGE / "settings.py"


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_airflow_is_imported_by_its_support_only(path: Path) -> None:
    airflow = [name for name in all_imports(tree(path)) if name.split(".")[0] == "airflow"]
    assert not airflow or path == PACKAGE / "airflow_support.py"


def all_imports(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom) and found.module:
            yield found.module


@pytest.mark.parametrize("path", DAGS, ids=lambda path: path.name)
def test_dag_files_are_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60
    top = [name for node in tree(path).body if isinstance(node, ast.Import | ast.ImportFrom) for name in all_imports(node)]
    outside = {name for name in top if name.split(".")[0] not in sys.stdlib_module_names}
    assert outside == {"airflow.sdk"}
    inside = set(all_imports(tree(path))) - set(top)
    assert inside == {"riskwarn"}


def test_the_detectors_know_neither_database_nor_clock() -> None:
    for path in sorted((PACKAGE / "detect").glob("*.py")):
        assert not {name.split(".")[0] for name in all_imports(tree(path))} & {"duckdb", "airflow", "os", "time", "pathlib"}, path.name


def test_importing_the_library_is_light() -> None:
    """Nothing heavy happens before it is needed: the command line answers --help without GX, pyod or Airflow."""
    code = (
        "import sys, riskwarn.cli; "
        "print([m for m in ('great_expectations', 'pyod', 'airflow', 'sklearn', 'sqlalchemy.dialects.postgresql') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
