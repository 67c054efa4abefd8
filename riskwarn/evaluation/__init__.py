"""Honest evaluation of replayed nights: recall and lead time on documented events, beside chance and the episodes raised elsewhere."""

from __future__ import annotations

from riskwarn.evaluation.events import Event, EventsError, read_events
from riskwarn.evaluation.plain import as_plain
from riskwarn.evaluation.score import Evaluation, evaluate
from riskwarn.evaluation.writing import write_evaluation

__all__ = ["Evaluation", "Event", "EventsError", "as_plain", "evaluate", "read_events", "write_evaluation"]
