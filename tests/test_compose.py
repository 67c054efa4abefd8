"""docker-compose.yml as far as it can be judged without a daemon: what Compose would refuse or fill in, and what we promise of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REFERENCE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?:(:[-?])([^}]*))?\}")
DOCUMENTED = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.M))
SECRET = re.compile(r"PASSWORD|SECRET|FERNET")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
AIRFLOW = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")


def filled(text: str, values: dict[str, str]) -> str:
    """What Compose makes of the references in a text."""

    def value(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        if values.get(name):
            return values[name]
        assert operator != ":?", f"{name} must be set"
        return default or ""

    return REFERENCE.sub(value, text).replace("$$", "$")


def test_the_services_are_exactly_these() -> None:
    assert set(SERVICES) == {"postgres", "airflow-init", *AIRFLOW, "analyst"}


def test_every_variable_is_documented_and_none_is_documented_in_vain() -> None:
    assert {name for name, _, _ in REFERENCE.findall(TEXT)} == set(DOCUMENTED)


def test_the_example_carries_no_value() -> None:
    assert {name: value for name, value in DOCUMENTED.items() if value} == {}


def test_secrets_are_required_and_have_no_default() -> None:
    secrets = [(name, operator) for name, operator, _ in REFERENCE.findall(TEXT) if SECRET.search(name)]
    assert len({name for name, _ in secrets}) >= 6
    assert {operator for _, operator in secrets} == {":?"}
    with pytest.raises(AssertionError, match="must be set"):
        filled(TEXT, {})


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if SECRET.search(key) or ("://" in str(value) and "@" in str(value)):
                assert "${" in value, f"{name}: {key}"


def test_images_are_pinned() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "docker/Dockerfile").read_text(encoding="utf-8"), flags=re.M)
    for image in images:
        assert re.search(r":\d+\.\d+", image), f"{image} names no version"


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root_or_keeps_a_privilege(name: str) -> None:
    service = SERVICES[name]
    uid = filled(service["user"], {}).split(":")[0]
    assert uid.isdigit() and int(uid) > 0
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "pid", "devices"} & set(service)


@pytest.mark.parametrize("name", ["postgres", *AIRFLOW])
def test_what_stays_up_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", AIRFLOW)
def test_airflow_waits_for_its_tables(name: str) -> None:
    assert SERVICES[name]["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8080:8080"]


def test_analysts_see_the_published_folder_and_cannot_write() -> None:
    assert SERVICES["analyst"]["volumes"] == ["${RISKWARN_HOME_DIR:-./var}/published:/srv/riskwarn/published:ro"]
    assert SERVICES["analyst"]["read_only"] is True
    assert "environment" not in SERVICES["analyst"]


def test_only_the_scheduler_may_write_the_lake_and_the_console_beside_it_knows_the_case_store() -> None:
    with_cases = {name for name, service in SERVICES.items() if "RISKWARN_CASES_URL" in service.get("environment", {})}
    mounts = {name: [v for v in service.get("volumes", []) if "/srv/riskwarn" in v] for name, service in SERVICES.items()}
    assert with_cases == {"airflow-scheduler", "airflow-api-server"}
    writing = {name: [v.rsplit(":/", 1)[1] for v in found if not v.endswith(":ro")] for name, found in mounts.items()}
    writing = {name: found for name, found in writing.items() if found}
    assert writing == {
        "airflow-scheduler": ["srv/riskwarn"],
        "airflow-api-server": ["srv/riskwarn/attachments"],
        "airflow-dag-processor": ["srv/riskwarn/outbox"],
    }


def test_what_is_mounted_or_copied_exists() -> None:
    declared = set(yaml.safe_load(TEXT)["volumes"])
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            origin = filled(volume, {}).split(":")[0]
            assert origin in declared or origin.startswith("./var") or (ROOT / origin).is_file(), volume
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for copied in re.findall(r"^COPY (\S+) ", (ROOT / "docker/Dockerfile").read_text(encoding="utf-8"), flags=re.M):
        assert copied in {".", "--from=build"} or (ROOT / copied).exists()
    for kept in re.findall(r"^!(\S+)", ignore, flags=re.M):
        assert (ROOT / kept).exists(), kept


def test_every_setting_named_for_riskwarn_is_one() -> None:
    from riskwarn.settings import Settings

    known = {f"RISKWARN_{field.upper()}" for field in Settings.model_fields}
    used = {key for service in SERVICES.values() for key in service.get("environment", {}) if key.startswith("RISKWARN_")}
    assert used - {"RISKWARN_DB_PASSWORD"} <= known


def test_every_setting_named_for_airflow_is_one(tmp_path: Path) -> None:
    names = {key for service in SERVICES.values() for key in service.get("environment", {}) if key.startswith("AIRFLOW__")}
    options = [re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)", name) for name in names]
    asked = sorted((match[1].lower(), match[2].lower()) for match in options if match)
    code = f"""
from airflow.configuration import conf
print([pair for pair in {asked} if pair[1] not in conf.configuration_description.get(pair[0], {{}}).get("options", {{}})])
"""
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}  # Airflow writes its configuration file when it is imported
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert len(asked) == len(names) > 10
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_database_script_is_sound() -> None:
    script = ROOT / "docker/create-databases.sh"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)
    assert filled(TEXT, dict.fromkeys(DOCUMENTED, "x")).count("postgresql+psycopg://airflow:x@postgres:5432/airflow") == 1


def test_compose_itself_takes_the_file(tmp_path: Path) -> None:
    command, text = compose_command(), TEXT
    if command == ["docker-compose"]:
        text = text.replace("name: riskwarn\n", "")  # version 1 knows everything else in the file, but not this
    file, environment = tmp_path / "docker-compose.yml", tmp_path / "env"
    file.write_text(text, encoding="utf-8")
    arguments = ["--project-directory", ROOT, "--env-file", environment, "-f", file, "config", "--quiet"]
    environment.write_text("", encoding="utf-8")
    refused = subprocess.run([*command, *arguments], capture_output=True, text=True)
    assert refused.returncode != 0 and "set it in .env" in refused.stderr
    environment.write_text("".join(f"{name}=x\n" for name in DOCUMENTED if SECRET.search(name)), encoding="utf-8")
    subprocess.run([*command, *arguments], check=True)


def compose_command() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and not subprocess.run([*command, "version"], capture_output=True).returncode:
            return command
    pytest.skip("neither docker compose nor docker-compose is on this machine")
