"""Documents out: from frozen facts to DOCX, PDF and JSON. Pure: no database, no clock; the same facts give the same bytes."""

from riskwarn.documents.facts import Agency, Both, Kind, MeasureLine, NoticeFacts, Signed, WarningFacts

__all__ = ["Agency", "Both", "Kind", "MeasureLine", "NoticeFacts", "Signed", "WarningFacts"]
