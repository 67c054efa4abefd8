"""All tables of the case store on one metadata: what the migrations must make and a backup must hold."""

from __future__ import annotations

from sqlalchemy import MetaData

from riskwarn.cases import (
    account_tables,
    audit_tables,
    case_tables,
    notification_tables,
    people_tables,
    receipt_tables,
    row_tables,
    subscriber_tables,
    tables,
    view_tables,
    work_tables,
)

PARTS = (
    tables, audit_tables, people_tables, case_tables, work_tables, notification_tables, receipt_tables, account_tables, row_tables,
    subscriber_tables, view_tables,
)  # fmt: skip
metadata: MetaData = tables.metadata
