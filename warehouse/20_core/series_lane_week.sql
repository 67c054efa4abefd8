-- Grain: direction x HS heading x origin x week (its Monday).
-- Purpose: lots declared and lots inspected, from which the exposure of every series is added up.
-- Not: published: core_series_week holds these numbers at scope product_origin.

create or replace temp table series_lane_week as
with resulted as (
    select
        direction, coalesce(left(hs_code, 4), 'unknown') as product_code, coalesce(origin_country, 'unknown') as origin_country,
        cast(date_trunc('week', event_on) as date) as week, selection
    from stg_port_inspections
    where result in ('pass', 'fail')
),
lots as (
    select
        direction, product_code, origin_country, week, cast(0 as bigint) as declared_lots,
        count(*) filter (where selection = 'random') as inspected_random,
        count(*) filter (where selection = 'targeted') as inspected_targeted,
        count(*) as inspected
    from resulted
    group by direction, product_code, origin_country, week
),
declared as (
    select
        direction, hs4 as product_code, origin_country, week, cast(sum(lots) as bigint) as declared_lots,
        cast(0 as bigint) as inspected_random, cast(0 as bigint) as inspected_targeted, cast(0 as bigint) as inspected
    from core_declared
    where lots > 0
    group by direction, hs4, origin_country, week
),
either as (
    select * from lots
    union all
    select * from declared
)
select
    direction, product_code, origin_country, week, cast(sum(declared_lots) as bigint) as declared_lots,
    cast(sum(inspected_random) as bigint) as inspected_random, cast(sum(inspected_targeted) as bigint) as inspected_targeted,
    cast(sum(inspected) as bigint) as inspected
from either
group by direction, product_code, origin_country, week;
