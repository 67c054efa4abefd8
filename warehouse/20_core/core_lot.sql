-- Grain: one inspected lot (inspection_id), in its newest version known to the night.
-- Purpose: the denominator and the failures of every port statistic; week is that of the sampling.
-- Not: a declared lot (core_declared). A lot whose result is pending has neither passed nor failed (is_resulted is false).

create or replace table core_lot as
with hazards_of_lot as (
    select inspection_id, array_agg(distinct hazard_category) as hazard_categories
    from core_finding
    group by inspection_id
)
select
    l.inspection_id, l.direction, l.declaration_no, l.declaration_line, l.declaration_customs, l.entry_exit_customs, l.port_code,
    l.inspection_place, l.inspection_basis, coalesce(l.selection, 'unknown') as selection, l.hs_code,
    coalesce(left(l.hs_code, 4), 'unknown') as hs4, coalesce(left(l.hs_code, 2), 'unknown') as hs2, l.ciq3, l.product_name, l.brand,
    l.model, l.batch_no, l.produced_on, l.gtin, coalesce(l.origin_country, 'unknown') as origin_country, l.departure_country,
    l.trading_country, l.enterprise_code, l.enterprise_name, l.overseas_manufacturer, l.overseas_registration_no, l.trade_mode,
    l.quantity, l.quantity_unit, l.value_amount, l.currency, l.result, l.result in ('pass', 'fail') as is_resulted,
    l.result = 'fail' as is_failed,
    case when l.result = 'fail' then coalesce(h.hazard_categories, array['unknown']) end as hazard_categories,
    l.disposition, l.report_no, l.sampled_on, l.resulted_on, l.released_on, cast(date_trunc('week', l.event_on) as date) as week,
    l.delivery_id, l.file_name, l.row_no, l.event_on, l.received_on, l.delivered_on, l.known_on, l.flags
from stg_port_inspections as l
left join hazards_of_lot as h on l.inspection_id = h.inspection_id;
