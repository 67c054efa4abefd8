"""All facts of the synthetic country of one seed: a pure function of the seed and the end date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from riskwarn.demo.alerts import draw_notifications, draw_recalls, grave_recalls
from riskwarn.demo.country import END, World, build_world
from riskwarn.demo.events import Event
from riskwarn.demo.lots import draw_declared, draw_findings, draw_lots
from riskwarn.demo.measures import draw_documents, draw_profiles
from riskwarn.demo.plan import planted
from riskwarn.demo.reports import draw_complaints, draw_enterprise_reports


@dataclass(frozen=True)
class Facts:
    """What happened in the country, one frame a kind of record; what authorities send of it is made by deliveries.py."""

    world: World
    events: tuple[Event, ...]
    lots: pd.DataFrame
    findings: pd.DataFrame
    declared: pd.DataFrame
    complaints: pd.DataFrame
    enterprise_reports: pd.DataFrame
    notifications: pd.DataFrame
    recalls: pd.DataFrame
    documents: pd.DataFrame
    profiles: pd.DataFrame


def generate(seed: int, end: date = END) -> Facts:
    """The country of a seed up to the day before ``end``."""
    world, events = build_world(seed, end), planted(end)
    lots = draw_lots(world, events)
    recalls = draw_recalls(world)
    return Facts(
        world,
        events + grave_recalls(world, recalls),
        lots,
        draw_findings(world, lots),
        draw_declared(world, events, lots),
        draw_complaints(world, events),
        draw_enterprise_reports(world, events),
        draw_notifications(world, events),
        recalls,
        draw_documents(world),
        draw_profiles(world),
    )
