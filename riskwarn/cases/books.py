"""The reviewed data that the case store works by, read once from the shipped files and those in RISKWARN_HOME/config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from riskwarn.cases.lifecycle import Lifecycle, load_lifecycle
from riskwarn.cases.measures import Kind, load_kinds
from riskwarn.cases.plans import Plan, load_plans
from riskwarn.cases.units import Units, load_units


@dataclass(frozen=True)
class Books:
    units: Units
    life: Lifecycle
    kinds: Mapping[str, Kind]
    plans: Mapping[str, Plan]


def load_books(config: Path | None = None) -> Books:
    """Raises ReviewedDataError where one of the files is not what it must be."""
    return Books(load_units(config), load_lifecycle(config), load_kinds(config), load_plans(config))
