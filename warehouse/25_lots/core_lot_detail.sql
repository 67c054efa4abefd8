-- Grain: one inspected lot of which more is recorded than core_lot says (inspection_id).
-- Purpose: declaration, customs, makers, batch, quantity, value and disposition of a lot, for tracing it.
-- Not: every lot: one of which none of this was delivered has no row. Beside core_lot because these columns are many and wide.

create or replace table core_lot_detail as
select
    inspection_id, declaration_no, declaration_line, declaration_customs, entry_exit_customs, inspection_place, inspection_basis, ciq3,
    product_name, brand, model, batch_no, produced_on, gtin, departure_country, trading_country, enterprise_name,
    overseas_manufacturer, overseas_registration_no, trade_mode, quantity, quantity_unit, value_amount, currency, disposition,
    report_no, sampled_on, released_on, delivered_on, delivery_id, flags
from stg_port_inspections
where
    coalesce(
        declaration_no, declaration_customs, entry_exit_customs, inspection_place, inspection_basis, ciq3, product_name, brand, model,
        batch_no, gtin, departure_country, trading_country, enterprise_name, overseas_manufacturer, overseas_registration_no,
        trade_mode, disposition, report_no
    ) is not null
    or produced_on is not null
    or quantity is not null
    or value_amount is not null
    or released_on is not null;
