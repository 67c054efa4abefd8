"""A case's measures as a WTO notification sees them: what is notified is the measure, with the warning as its reason."""

from __future__ import annotations

from datetime import date

from riskwarn.cases import CaseStore
from riskwarn.cases.reading import read_case
from riskwarn.documents import Kind, MeasureLine, NoticeFacts
from riskwarn.documents.agencies import read_agencies
from riskwarn.documents.compose import compose, subject
from riskwarn.notices.desk import every
from riskwarn.notices.gathering import measure_lines, warning_facts
from riskwarn.settings import Settings
from riskwarn.tbtsps.drafts import MeasureFacts
from riskwarn.tbtsps.refusals import Refusal


def measure_facts(settings: Settings, store: CaseStore, case_id: str, agreement: str, on: date) -> MeasureFacts:
    """Facts for the forms; raises Refusal where the case has no measure: a warning alone is never notified."""
    agencies = read_agencies(settings.home)
    with store.engine.connect() as con:
        warning = warning_facts(settings, con, read_case(con, case_id))
        measures = measure_lines(con, store.books, case_id, on)
    if not measures:
        raise Refusal("no_measure", case=case_id)
    issued = [one for one in every(store, case_id) if one.state == "signed" and one.facts.kind is not Kind.LIFTING]
    ends = [measure.end_on for measure in measures]
    return MeasureFacts(
        warning_id=warning.warning_id,
        product=warning.product,
        hs_codes=warning.hs_codes,
        origin=warning.origin,
        reason=warning.reason,
        document_title=_title(issued[0].facts) if issued else f"Measures on {subject(warning, 'en')}",
        description=" ".join(_sentence(measure) for measure in measures),
        starts_on=min((m.start_on for m in measures if m.start_on), default=None),
        ends_on=None if None in ends else max((day for day in ends if day), default=None),
        agency=issued[0].facts.issuer if issued else agencies.of_role("issuer"),
        enquiry_point=agencies.of_role(f"enquiry_point_{agreement}"),
    )


def _title(facts: NoticeFacts) -> str:
    """The signed document's English title with its serial (the 文号 is in Chinese, which a WTO form is not)."""
    return f"{compose(facts, 'en').title} ({facts.serial})"


def _sentence(measure: MeasureLine) -> str:
    parts = [measure.what.en.rstrip(".")]
    if measure.scope.en:
        parts.append(f"scope: {measure.scope.en}")
    if measure.start_on:
        parts.append(f"from {measure.start_on}" + (f" to {measure.end_on}" if measure.end_on else ""))
    return "; ".join(parts) + "."
