"""Foreign alerts: one notification of a foreign authority, in the native format of its system.

The system is recognised by its columns. Every heading is that of the system itself: nothing has to be renamed before a file is dropped.
"""

from __future__ import annotations

from riskwarn.sources import Column, Layout, Role, Source


def _taken(name: str, *headings: str, required: bool = False) -> Column:
    return Column(name, headings, is_required=required)


def _ignored(*headings: str) -> tuple[Column, ...]:
    """Columns known by name and not taken: addresses of firms, texts for consumers, codes that repeat others."""
    return tuple(Column(heading, role=Role.IGNORED) for heading in headings)


RASFF_2020 = Layout(
    "rasff_2020",
    "foreign_alerts_rasff_2020",
    (
        _taken("date_of_case", "Date of Case", required=True),
        _taken("reference", "Reference", required=True),
        _taken("notifying_country", "Notification From", required=True),
        _taken("origin_countries", "Country Origin", required=True),
        _taken("product_name", "Product"),
        _taken("product_category", "Product Category", required=True),
        _taken("substances", "Hazard Substance", required=True),
        _taken("hazard_categories", "Hazard Category", required=True),
    ),
)

RASFF_WINDOW = Layout(
    "rasff_window",
    "foreign_alerts_rasff_window",
    (
        _taken("reference", required=True),
        _taken("product_category", "category", required=True),
        _taken("subject", required=True),
        _taken("event_date", "date", required=True),
        _taken("notifying_country", required=True),
        _taken("classification"),
        _taken("risk_decision"),
        _taken("origin_countries", "origin", required=True),
        _taken("hazards", required=True),
        *_ignored("type", "distribution", "forAttention", "forFollowUp", "operator"),
    ),
)

RASFF_CHEMICAL = Layout(
    "rasff_chemical",
    "foreign_alerts_rasff_chemical",
    (
        _taken("classification"),
        _taken("date_of_case", "date_case", required=True),
        _taken("reference", required=True),
        _taken("notifying_country", "country", required=True),
        _taken("product_category", "category", required=True),
        _taken("subject", required=True),
        _taken("hazard", required=True),
        _taken("chemical_name", "chemical", required=True),
        _taken("product_name", "product"),
        _taken("origin_countries", "origin", required=True),
        *_ignored("date_last_change", "type", "amount"),
    ),
)

FDA_REFUSAL = Layout(
    "fda_refusal",
    "foreign_alerts_fda_refusal",
    (
        _taken("firm_name", "LGL_NAME"),
        _taken("origin_country", "ISO_CNTRY_CODE", required=True),
        _taken("fda_product", "PRODUCT_CODE", required=True),
        _taken("refused_on", "REFUSAL_DATE", required=True),
        _taken("entry_no", "ENTRY_NUM", required=True),
        _taken("document_no", "RFRNC_DOC_ID", required=True),
        _taken("line_no", "LINE_NUM", required=True),
        _taken("line_suffix", "LINE_SFX_ID", required=True),
        _taken("charges", "REFUSAL_CHARGES", required=True),
        _taken("product_name", "PRDCT_CODE_DESC_TEXT"),
        *_ignored("MFG_FIRM_FEI_NUM", "LINE1_ADRS", "LINE2_ADRS", "CITY_NAME", "PROVINCE_STATE", "DISTRICT"),
        *_ignored("FDA_SAMPLE_ANALYSIS", "PRIVATE_LAB_ANALYSIS"),
    ),
    encodings=("utf-8", "cp1252"),
)

_OPENFDA_COLUMNS = (
    _taken("recall_no", "recall_number", required=True),
    _taken("event_id", required=True),
    _taken("classification", required=True),
    _taken("reason", "reason_for_recall", required=True),
    _taken("product_description", required=True),
    _taken("firm_name", "recalling_firm"),
    _taken("initiated_on", "recall_initiation_date"),
    _taken("reported_on", "report_date", required=True),
    *_ignored("address_1", "address_2", "center_classification_date", "city", "code_info", "country", "distribution_pattern"),
    *_ignored("initial_firm_notification", "more_code_info", "postal_code", "product_quantity", "product_type", "state", "status"),
    *_ignored("termination_date", "voluntary_mandated", "openfda"),
)
OPENFDA = Layout("openfda", "foreign_alerts_openfda", _OPENFDA_COLUMNS)
OPENFDA_API = Layout("openfda_api", "foreign_alerts_openfda", _OPENFDA_COLUMNS, json_path="results")

SAFETY_GATE = Layout(
    "safety_gate",
    "foreign_alerts_safety_gate",
    (
        _taken("reference", "alert_number", "Alert number", required=True),
        _taken("event_date", "date", "alert_date", "publication_date", "Date of publication"),
        _taken("alert_type", "type_of_alert", "Type of alert"),
        _taken("notifying_country", "alert_submitted_by", "Alert submitted by"),
        _taken("origin_countries", "country_of_origin", "Country of origin", required=True),
        _taken("product_category", "Product category", required=True),
        _taken("product_name", "Product name"),
        _taken("brand"),
        _taken("model", "model_type_number", "Type / number of model"),
        _taken("risk_type", "Risk type", required=True),
        _taken("risk_level", "Risk level"),
        _taken("risk_description", "Risk description"),
        _taken("product_description", "Product description"),
        _taken("measures", "compulsory_measures", "Compulsory measures"),
        _taken("url", "case_url", "Case URL"),
        *_ignored("batch_number", "barcode", "risk_legal_provision", "voluntary_measures", "found_and_measures_taken_in"),
        *_ignored("counterfeit", "production_dates", "company_recall_code", "company_recall_page"),
    ),
)

CPSC = Layout(
    "cpsc",
    "foreign_alerts_cpsc",
    (
        _taken("reference", "Recall Number", required=True),
        _taken("event_date", "Date", required=True),
        _taken("heading", "Recall Heading", required=True),
        _taken("product_name", "Name of product", required=True),
        _taken("hazard_description", "Hazard Description", required=True),
        _taken("incidents", "Incidents", required=True),
        _taken("origin_countries", "Manufactured In", required=True),
        *_ignored("Product Safety Warning Number", "Product Safety Warning Date", "Description", "Consumer Action", "Remedy Type"),
        *_ignored("Original Product Safety Warning Announcement", "Units", "Remedy", "Sold At Label", "Sold At", "Importers"),
        *_ignored("Manufacturers", "Distributors", "Custom Label", "Custom Field"),
    ),
)

SOURCE = Source(
    name="foreign_alerts",
    key=("system", "reference"),
    layouts=(RASFF_2020, RASFF_WINDOW, RASFF_CHEMICAL, FDA_REFUSAL, OPENFDA, OPENFDA_API, SAFETY_GATE, CPSC),
    cadence_days=7,
    stale_after_days=21,
    name_en="Foreign alerts",
    name_zh="境外通报",
)
