"""Tiny foreign alert files in each system's native format, and the typed rows that ingest makes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from riskwarn.ingest.intake import take_in
from riskwarn.lake import Lake
from riskwarn.model import Delivery
from riskwarn.settings import Settings

TODAY = date(2026, 11, 21)
SOURCE = "foreign_alerts"

RASFF_2020 = {
    "Date of Case": "Oct 20, 2020", "Reference": "2020.4321", "Notification From": "Germany (DE)", "Country Origin": "India",
    "Product": "Sesame seeds", "Product Category": "nuts, nut products and seeds",
    "Hazard Substance": "unauthorised substance ethylene oxide", "Hazard Category": "pesticide residues",
}  # fmt: skip
RASFF_CHEMICAL = {
    "classification": "alert", "date_case": "21/09/2015", "date_last_change": "25/09/2015", "reference": "2015.1191",
    "country": "Denmark", "type": "food", "category": "fish and fish products", "subject": "mercury in swordfish from Latvia, via Spain",
    "hazard": "hm", "chemical": "mercury", "amount": "2 mg/kg", "product": "swordfish", "origin": "Latvia, via Spain",
}  # fmt: skip
FDA_REFUSAL = {
    "MFG_FIRM_FEI_NUM": "1", "LGL_NAME": "Élan Café", "LINE1_ADRS": "", "LINE2_ADRS": "", "CITY_NAME": "", "PROVINCE_STATE": "",
    "ISO_CNTRY_CODE": "BD", "PRODUCT_CODE": "16XGD21", "REFUSAL_DATE": "9/2/2004", "DISTRICT": "NYK-DO", "ENTRY_NUM": "002-6133700-0",
    "RFRNC_DOC_ID": "1", "LINE_NUM": "2", "LINE_SFX_ID": "", "FDA_SAMPLE_ANALYSIS": "No", "PRIVATE_LAB_ANALYSIS": "No",
    "REFUSAL_CHARGES": "9", "PRDCT_CODE_DESC_TEXT": "SHRIMP & PRAWNS",
}  # fmt: skip
OPENFDA = {
    "recall_number": "F-1387-2012", "event_id": "61924", "classification": "Class I", "country": "United States",
    "reason_for_recall": "Undeclared milk; may also be contaminated with Salmonella, which can cause illness or death.",
    "product_description": "Sesame candy bars, 2 oz. Product of China.", "recalling_firm": "Example Foods",
    "recall_initiation_date": "20120518", "report_date": "20120620", "status": "Ongoing",
}  # fmt: skip
SAFETY_GATE = {
    "alert_number": "A12/00577/20", "type_of_alert": "", "alert_submitted_by": "", "country_of_origin": "Peoples Republic of China",
    "product_category": "Childcare articles and childrens equipment", "product_name": "Cot", "brand": "Example", "model_type_number": "",
    "batch_number": "01\n02", "barcode": "", "risk_type": "Choking, Strangulation", "risk_description": "", "product_description": "A cot",
}  # fmt: skip
CPSC = {
    "Recall Number": "25-126", "Date": "February 06, 2025", "Recall Heading": "Example Recalls Kettles Due to Burn and Fire Hazards",
    "Name of product": "Electric kettles", "Hazard Description": "The lid can open, posing a burn hazard.",
    "Incidents": "Two people died in one fire.", "Manufactured In": "Mexico and Korea", "Units": "About 40",
}  # fmt: skip
WINDOW_HEADINGS = (
    "reference", "category", "type", "subject", "date", "notifying_country", "classification", "risk_decision", "distribution",
    "forAttention", "forFollowUp", "operator", "origin", "hazards",
)  # fmt: skip
WINDOW = (
    2019.452, "fruits and vegetables", "food", "Too much chlorpyrifos in grapefruit from Türkiye", "26-03-2019 16:16:33", "Austria",
    "alert notification", "serious", "Austria", "", "", "Austria", "Germany,Türkiye",
    "2,4-D   - {pesticide residues},chlorpyrifos  unauthorised substance,thiamethoxam   - {pesticide residues}",
)  # fmt: skip


def csv_bytes(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """A CSV file, every field quoted, headings from the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def ingest(settings: Settings, files: Mapping[str, bytes | Path]) -> list[Delivery]:
    """Drops the files into landing/ and takes them in as history; deliveries in order of file name."""
    folder = settings.landing / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    return take_in(settings, Lake(settings.lake), SOURCE, today=TODAY, night=None, history=True)


def typed(settings: Settings, where: str = "not is_duplicate and len(reasons) = 0") -> list[dict[str, Any]]:
    """Typed rows of all deliveries, in order of system and row."""
    files = str(settings.lake / "typed" / SOURCE / "*.parquet")
    frame = duckdb.connect().execute(f"select * from read_parquet($1) where {where} order by system, reference, row_no", [files])
    names = [column[0] for column in frame.description or ()]
    return [dict(zip(names, row, strict=True)) for row in frame.fetchall()]
