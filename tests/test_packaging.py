"""What is installed: the wheel carries what runs need, the locks hold every dependency hashed, make starts from nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[object]] = PROJECT["dependency-groups"]
BASE: list[str] = PROJECT["project"]["dependencies"]
LOCKS = {
    "base.txt": BASE,
    "build.txt": GROUPS["build"],
    "server.txt": [*BASE, *EXTRAS["airflow"], *EXTRAS["server"], *EXTRAS["postgres"]],
    "dev.txt": [*BASE, *EXTRAS["airflow"], *EXTRAS["postgres"], *GROUPS["build"], *GROUPS["dev"]],
    "uv.txt": ["uv"],
}


def blocks(lock: str) -> list[str]:
    """The requirements of a lock, each with its continuation lines, without comments."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ").strip().splitlines()


def pinned(lock: str) -> dict[str, set[str]]:
    """Versions by package; several where they differ by platform."""
    found: dict[str, set[str]] = {}
    for block in blocks(lock):
        name, version = block.split(" ")[0].split("==")
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_carries_what_the_code_reads(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    expected = {name for name in tracked if name.startswith("riskwarn/") and (ROOT / name).exists()}
    expected |= {f"riskwarn/_{name}" for name in tracked if name.startswith(("warehouse/", "expectations/")) and (ROOT / name).exists()}
    expected -= {name for name in expected if name.endswith(".gitkeep")}
    assert expected - names == set()
    for suffix in (".sql", ".po", ".toml", ".csv", ".json"):
        assert any(name.endswith(suffix) for name in names), suffix


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    outside = [name for name in wheel.namelist() if not name.startswith(("riskwarn/", "riskwarn-"))]
    assert outside == []
    assert [name for name in wheel.namelist() if name.endswith((".pyc", ".parquet", ".duckdb", ".sqlite", ".env"))] == []


def test_an_installed_wheel_finds_its_files(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    code = (
        "from riskwarn import places, sources, text; "
        "assert places.PACKAGE.parent.samefile('.'), places.PACKAGE; "
        "assert list(places.WAREHOUSE.glob('*/*.sql')) and places.EXPECTATIONS.is_dir() and list(places.INDICATORS.glob('*.toml')); "
        "assert sources.all_sources(); assert text.translator('zh_CN')('') is not None"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_the_licence_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    (path,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
    licence = wheel.read(path).decode()
    assert "Apache License" in licence and "END OF TERMS AND CONDITIONS" in licence


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_in_its_range(lock: str) -> None:
    versions = pinned(lock)
    for text in LOCKS[lock]:
        if not isinstance(text, str):
            continue
        requirement = Requirement(text)
        found = versions.get(canonicalize_name(requirement.name))
        assert found, f"{requirement.name} is not in requirements/{lock}: make lock"
        assert all(requirement.specifier.contains(Version(version), prereleases=True) for version in found), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_file_is_hashed(lock: str) -> None:
    for block in blocks(lock):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block[:60]
        assert "==" in block.split(" ")[0] and " @ " not in block


@pytest.mark.parametrize("smaller", ["base.txt", "build.txt"])
@pytest.mark.parametrize("larger", ["dev.txt", "server.txt"])
def test_locks_agree_so_that_one_environment_grows_into_the_other(smaller: str, larger: str) -> None:
    large = pinned(larger)
    assert {name: v for name, v in pinned(smaller).items() if name in large and large[name] != v} == {}


def test_nobody_is_sent_to_a_particular_registry() -> None:
    for path in [*ROOT.glob("requirements/*"), *ROOT.glob("scripts/*"), ROOT / "Makefile", ROOT / ".ci/run", ROOT / "docker/Dockerfile"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"--(?:extra-)?index-url|--find-links|--trusted-host|pypi\.|pythonhosted", text), path.name


def make(*arguments: str) -> str:
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_alone_says_what_there_is() -> None:
    listed = set(re.findall(r"^\s+make ([a-z-]+) ", make(), flags=re.M))
    assert {"help", "demo", "test", "check", "fix", "bench", "lock", "airflow"} <= listed


def test_make_check_changes_no_file() -> None:
    recipe = make("--dry-run", "check")
    assert "ruff check ." in recipe and "ruff format --check ." in recipe and "mypy" in recipe
    assert "--fix" not in recipe


def test_make_starts_from_nothing(tmp_path: Path) -> None:
    recipe = make("--dry-run", "demo", f"VENV={tmp_path}/venv", f"TOOLS={tmp_path}/tools")
    order = ["-m venv", "--require-hashes -r requirements/uv.txt", "uv venv", "requirements/base.txt", "--no-deps", "riskwarn demo"]
    positions = [recipe.index(step) for step in order]
    assert positions == sorted(positions)
    assert "dev.txt" not in recipe  # the demo needs neither Airflow nor the tools of tests


@pytest.mark.parametrize("script", [".ci/run", "scripts/lock.sh", "scripts/python.sh"])
def test_scripts_are_sound(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)
