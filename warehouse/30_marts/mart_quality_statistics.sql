-- Grain: scope x direction x product x origin x selection x month (its first day); '*' where summed over.
-- Purpose: pass rates with their 95% Wilson interval: by product and origin, by product, and for a whole direction (the export
-- pass rate is scope 'direction', direction 'export', selection '*').
-- Not: additive over scopes or selections. Only selection 'random' estimates the rate of all goods; targeted lots are chosen because
-- they are expected to fail. Month is that of the sampling.

create or replace table mart_quality_statistics as
with finest as (
    select
        direction, hs4, origin_country, selection, cast(date_trunc('month', event_on) as date) as month, count(*) as inspected,
        count(*) filter (where is_failed) as failed
    from core_lot
    where is_resulted
    group by direction, hs4, origin_country, selection, month
),
counted as (
    select
        case when grouping(origin_country) = 0 then 'product_origin' when grouping(hs4) = 0 then 'product' else 'direction' end as scope,
        direction, case when grouping(hs4) = 0 then hs4 else '*' end as product_code,
        case when grouping(origin_country) = 0 then origin_country else '*' end as origin_country,
        case when grouping(selection) = 0 then selection else '*' end as selection, month, sum(inspected)::bigint as inspected_count,
        sum(failed)::bigint as failed_count
    from finest
    group by grouping sets (
        (direction, month), (direction, selection, month),
        (direction, hs4, month), (direction, hs4, selection, month),
        (direction, hs4, origin_country, month), (direction, hs4, origin_country, selection, month)
    )
),
rated as (
    select
        *, inspected_count - failed_count as passed_count, (inspected_count - failed_count) / inspected_count as pass_rate,
        1.959964 * 1.959964 as z2
    from counted
),
interval_of as (
    select
        *, (pass_rate + z2 / (2 * inspected_count)) / (1 + z2 / inspected_count) as middle,
        sqrt(z2 * (pass_rate * (1 - pass_rate) + z2 / (4 * inspected_count)) / inspected_count) / (1 + z2 / inspected_count) as half
    from rated
)
select
    scope, direction, 'HS' as product_scheme, product_code, origin_country, selection, month, inspected_count, passed_count,
    failed_count, pass_rate, greatest(middle - half, 0) as pass_rate_lower, least(middle + half, 1) as pass_rate_upper
from interval_of
order by scope, direction, product_code, origin_country, selection, month;
