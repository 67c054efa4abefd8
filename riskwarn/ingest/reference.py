"""Reference data that all sources share: countries, hazards, product categories, HS names (warehouse/reference/*.csv)."""

from __future__ import annotations

from riskwarn.places import REFERENCE
from riskwarn.sql import Connection, quote_identifier, run_folder, set_variables

# Alias tables count the codes that a spelling claims: with two, a lookup would depend on chance.
_ALIAS_TABLES = ("ref_country_alias", "ref_hazard_alias", "ref_product_alias")


class ReferenceConflictError(Exception):
    """One spelling in a reference file leads to two codes."""


def load_reference(con: Connection) -> None:
    """Creates the temporary tables ref_* and the macro match_key in ``con``; run before warehouse/00_macros, whose macros read them.

    Tables: ref_country, ref_country_alias, ref_hazard_category, ref_hazard_alias, ref_hazard_keyword, ref_product_category,
    ref_product_alias, ref_hs_name. Raises ReferenceConflictError where an alias file contradicts itself.
    """
    set_variables(con, {"reference_folder": str(REFERENCE)})
    run_folder(con, "00_reference")
    for table in _ALIAS_TABLES:
        clashes = con.execute(f"select alias from {quote_identifier(table)} where code_count > 1 order by alias").fetchall()
        if clashes:
            names = ", ".join(str(alias) for (alias,) in clashes)
            raise ReferenceConflictError(f"{table}: one spelling with two codes: {names}")
