-- Grain: one generated inspected lot; getvariable('lots') of them over five years.
-- Purpose: an accepted partition of port_inspections as large as a province's, about eighty bytes a row as CSV.
-- Not: the synthetic country of `riskwarn demo`: nothing is planted here.

create or replace temp view generated_inspections as
with lots as (
    select i, hash(i) as h, hash(i + 7) as g, date '2021-11-21' + (i * 1825 // getvariable('lots'))::integer as sampled_on
    from range(getvariable('lots')) as r(i)
),
typed as (
    select
        format('{:014d}', i) as inspection_id, if(h % 10 = 0, 'export', 'import') as direction,
        format('{:06d}', 310000 + h % 60) as port_code, ['random', 'targeted', 'targeted', 'follow_up'][(g % 4 + 1)::integer] as selection,
        format('{:04d}{:06d}', (1000 + pow(h % 1000003 / 1000003, 4) * 800)::integer, g % 50) as hs_code,
        ['CN', 'US', 'DE', 'JP', 'TH', 'VN', 'AU', 'BR', 'NA', 'unknown'][(pow(g % 999983 / 999983, 3) * 9)::integer + 1] as origin_country,
        format('91310000{:010d}', h % 40000) as enterprise_code, 
        if(g % 1000 < 25, 'fail', 'pass') as result, sampled_on, sampled_on + (h % 9)::integer as resulted_on, i
    from lots
)
select
    * exclude (i), '2026-11-01_0123456789ab' as delivery_id, 'inspections.csv' as file_name, i + 2 as row_no, sampled_on as event_on,
    resulted_on as received_on, date '2026-11-01' as delivered_on, resulted_on as known_on,
    if(origin_country = 'unknown', ['origin_missing'], []::text[]) as flags
from typed;
