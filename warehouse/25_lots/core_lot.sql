-- Grain: one inspected lot (inspection_id), in its newest version known to the night.
-- Purpose: the denominator and the failures of every port statistic; week is that of the sampling.
-- Not: a declared lot (core_declared), nor everything that is known of the lot (core_lot_detail). A lot whose result is pending
-- has neither passed nor failed: is_resulted is false. Detection does not wait for it: it reads core_event and core_series_week.

create or replace table core_lot as
with hazards_of_lot as (
    select inspection_id, array_agg(distinct hazard_category) as hazard_categories
    from core_finding
    group by inspection_id
)
select
    l.inspection_id, l.direction, l.hs_code, coalesce(left(l.hs_code, 4), 'unknown') as hs4,
    coalesce(l.origin_country, 'unknown') as origin_country, coalesce(l.selection, 'unknown') as selection, l.result,
    l.result in ('pass', 'fail') as is_resulted, l.result = 'fail' as is_failed,
    case when l.result = 'fail' then coalesce(h.hazard_categories, array['unknown']) end as hazard_categories, l.enterprise_code,
    l.port_code, cast(date_trunc('week', l.event_on) as date) as week, l.event_on, l.resulted_on, l.received_on, l.known_on,
    l.file_name, l.row_no
from stg_port_inspections as l
left join hazards_of_lot as h on l.inspection_id = h.inspection_id;
