"""Reference data that all sources share: countries, hazards, product categories, HS names (warehouse/reference/*.csv)."""

from __future__ import annotations

from riskwarn.places import REFERENCE
from riskwarn.sql import Connection, run_folder, set_variables


class ReferenceConflictError(Exception):
    """One spelling in a reference file leads to two codes."""


def load_reference(con: Connection) -> None:
    """Creates the temporary tables ref_* and the macro match_key in ``con``; run before warehouse/00_macros, whose macros read them.

    Tables: ref_country, ref_country_alias, ref_hazard_category, ref_hazard_alias, ref_hazard_keyword, ref_product_category,
    ref_product_alias, ref_product_keyword, ref_hs_name. Raises ReferenceConflictError where an alias file contradicts itself.
    """
    set_variables(con, {"reference_folder": str(REFERENCE)})
    run_folder(con, "00_reference")
    conflicts = con.execute("select file_name, alias from ref_conflict").fetchall()
    if conflicts:
        names = ", ".join(f"{alias} ({file_name})" for file_name, alias in conflicts)
        raise ReferenceConflictError(f"one spelling, two codes: {names}")
