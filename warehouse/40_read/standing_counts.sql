-- Grain: indicator base x direction x product (scheme + code) x origin x hazard category x span (quarters: the newest quarter, or the
-- newest eight together; a quarter is thirteen weeks, the newest ends with the last whole week before the night).
-- Purpose: how often each combination occurred, and how often it would if the product's goods of all origins were alike: the lane's lots
-- times the part of the product's lots that show the hazard, by way of selection (expected_from 'lots'); where no lots are known, the
-- lane's events times the hazard's part of the product's events ('events').
-- Not: all combinations: those that did not occur are rows only where at least a twentieth of an event was expected.

with
bounds as (
    select cast(date_trunc('week', as_of) as date) as until_week from core_night
),
spans as (
    select
        s.quarters, cast(b.until_week - s.quarters * interval 91 day as date) as from_week, cast(b.until_week - interval 7 day as date) as to_week
    from bounds as b
    cross join (select unnest([1, 8]) as quarters) as s
),
events as (
    select distinct
        indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, event_key, week,
        case
            when indicator_base <> 'failed' then 'all'
            when selection in ('random', 'targeted') then selection
            else 'other'
        end as stratum
    from core_event
    where
        indicator_base in ('failed', 'complaint', 'enterprise_report', 'foreign_alert')
        and product_code <> 'unknown'
        and origin_country <> 'unknown'
        and hazard_category <> 'unknown'
        and week < (select until_week from bounds)
),
lane_week as (
    select direction, product_code, origin_country, week, declared_lots, inspected_random, inspected_targeted, inspected_other
    from core_series_week
    where scope = 'product_origin' and product_scheme = 'HS' and product_code <> 'unknown' and origin_country <> 'unknown'
),
lots_week as (
    select 'failed' as indicator_base, 'random' as stratum, direction, product_code, origin_country, week, inspected_random as lots from lane_week
    union all
    select 'failed', 'targeted', direction, product_code, origin_country, week, inspected_targeted from lane_week
    union all
    select 'failed', 'other', direction, product_code, origin_country, week, inspected_other from lane_week
    union all
    select unnest(['complaint', 'enterprise_report']), 'all', direction, product_code, origin_country, week, declared_lots from lane_week
),
lots as (
    select l.indicator_base, l.stratum, l.direction, 'HS' as product_scheme, l.product_code, l.origin_country, s.quarters, sum(l.lots) as exposure
    from lots_week as l
    inner join spans as s on l.week between s.from_week and s.to_week
    where l.lots > 0
    group by all
),
-- Events of a lane without lots are a stratum of their own, and the lane's exposure in it is how many events it has.
counted as (
    select
        e.indicator_base, e.direction, e.product_scheme, e.product_code, e.origin_country, e.hazard_category, s.quarters,
        case when l.exposure is null then 'events' else e.stratum end as stratum, count(*) as observed
    from events as e
    inner join spans as s on e.week between s.from_week and s.to_week
    left join lots as l
        on
            e.indicator_base = l.indicator_base
            and e.stratum = l.stratum
            and e.direction = l.direction
            and e.product_scheme = l.product_scheme
            and e.product_code = l.product_code
            and e.origin_country = l.origin_country
            and s.quarters = l.quarters
    group by all
),
lanes as (
    select * from lots
    union all
    select indicator_base, stratum, direction, product_scheme, product_code, origin_country, quarters, sum(observed) as exposure
    from counted
    where stratum = 'events'
    group by all
),
products as (
    select indicator_base, stratum, direction, product_scheme, product_code, quarters, sum(exposure) as exposure
    from lanes
    group by all
),
product_hazards as (
    select indicator_base, stratum, direction, product_scheme, product_code, hazard_category, quarters, sum(observed) as observed
    from counted
    group by all
),
expected_cells as (
    select
        l.indicator_base, l.direction, l.product_scheme, l.product_code, l.origin_country, h.hazard_category, l.quarters,
        sum(l.exposure * h.observed / p.exposure) as expected, min(if(l.stratum = 'events', 'events', 'lots')) as expected_from
    from lanes as l
    inner join products as p using (indicator_base, stratum, direction, product_scheme, product_code, quarters)
    inner join product_hazards as h using (indicator_base, stratum, direction, product_scheme, product_code, quarters)
    group by all
),
observed_cells as (
    select
        indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, quarters, sum(observed) as observed
    from counted
    group by all
),
-- When a combination, and its hazard in the product of any origin, was first on record, and since when there are records at all.
begun as (
    select
        indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, min(week) as first_week,
        min(min(week)) over (partition by indicator_base, direction, product_scheme, product_code, hazard_category) as hazard_first_week,
        min(min(week)) over (partition by indicator_base, direction, product_scheme) as recorded_from_week
    from events
    group by indicator_base, direction, product_scheme, product_code, origin_country, hazard_category
),
seen as (
    select
        e.indicator_base, e.direction, e.product_scheme, e.product_code, e.origin_country, e.hazard_category, s.quarters,
        count(distinct date_diff('day', s.from_week, e.week) // 91) as quarters_seen
    from events as e
    inner join spans as s on e.week between s.from_week and s.to_week
    group by all
)
select
    x.indicator_base, x.direction, x.product_scheme, x.product_code, x.origin_country, x.hazard_category, x.quarters, s.from_week, s.to_week,
    cast(coalesce(o.observed, 0) as bigint) as observed, cast(x.expected as double) as expected, x.expected_from,
    coalesce(n.quarters_seen, 0) as quarters_seen, b.first_week, b.hazard_first_week, b.recorded_from_week
from expected_cells as x
inner join spans as s using (quarters)
left join observed_cells as o
    using (indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, quarters)
left join seen as n using (indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, quarters)
left join begun as b using (indicator_base, direction, product_scheme, product_code, origin_country, hazard_category)
where coalesce(o.observed, 0) > 0 or x.expected >= 0.05
order by
    x.indicator_base, x.quarters, x.direction, x.product_scheme, x.product_code, x.origin_country, x.hazard_category;
