-- Grain: scope x direction x product (scheme + code) x origin x hazard category x week (its Monday); '*' where a scope sums over it.
-- Purpose: the counts that detection judges; only weeks in which something is not zero.
-- Not: additive over hazards, origins of alerts, or scopes: one event may stand in several cells, in each of them once.

create or replace table core_series_week as
with lots as (
    select
        direction, 'HS' as product_scheme, hs4 as product_code, origin_country, week, cast(0 as bigint) as declared_lots,
        count(*) filter (where selection = 'random') as inspected_random,
        count(*) filter (where selection = 'targeted') as inspected_targeted,
        count(*) as inspected
    from core_lot
    where is_resulted
    group by direction, hs4, origin_country, week
),
declared as (
    select
        direction, 'HS' as product_scheme, hs4 as product_code, origin_country, week, cast(sum(lots) as bigint) as declared_lots,
        cast(0 as bigint) as inspected_random, cast(0 as bigint) as inspected_targeted, cast(0 as bigint) as inspected
    from core_declared
    group by direction, hs4, origin_country, week
),
exposures as (
    select * from lots
    union all
    select * from declared
),
-- One row an event in each cell it belongs to, so that plain counts below are counts of distinct events.
event_cells as (
    select distinct
        'product_origin' as scope, direction, product_scheme, product_code, origin_country, '*' as hazard_category, week,
        indicator_base, selection, event_key
    from core_event
    union all
    select distinct
        'product_origin_hazard', direction, product_scheme, product_code, origin_country, hazard_category, week, indicator_base,
        selection, event_key
    from core_event
    union all
    select distinct
        'product_hazard', direction, product_scheme, product_code, '*', hazard_category, week, indicator_base, selection, event_key
    from core_event
),
counted as (
    select
        scope, direction, product_scheme, product_code, origin_country, hazard_category, week,
        count(*) filter (where indicator_base = 'failed' and selection = 'random') as failed_random,
        count(*) filter (where indicator_base = 'failed' and selection = 'targeted') as failed_targeted,
        count(*) filter (where indicator_base = 'failed') as failed,
        count(*) filter (where indicator_base = 'complaint') as complaints,
        count(*) filter (where indicator_base = 'injury') as injuries,
        count(*) filter (where indicator_base = 'enterprise_report') as enterprise_reports,
        count(*) filter (where indicator_base = 'foreign_alert') as foreign_alerts,
        count(*) filter (where indicator_base = 'grave') as grave_events
    from event_cells
    group by scope, direction, product_scheme, product_code, origin_country, hazard_category, week
),
-- A hazard series exists once its hazard occurred; from then on every inspected week belongs to it, also the earlier ones:
-- a zero out of a hundred lots is knowledge, a missing row would be none.
hazard_series as (
    select distinct direction, product_scheme, product_code, origin_country, hazard_category
    from counted
    where scope = 'product_origin_hazard' and product_scheme = 'HS'
),
product_hazards as (
    select distinct direction, product_scheme, product_code, hazard_category from hazard_series
),
product_exposures as (
    select
        direction, product_scheme, product_code, week, sum(declared_lots) as declared_lots, sum(inspected_random) as inspected_random,
        sum(inspected_targeted) as inspected_targeted, sum(inspected) as inspected
    from exposures
    group by direction, product_scheme, product_code, week
),
parts as (
    select
        'product_origin' as scope, direction, product_scheme, product_code, origin_country, '*' as hazard_category, week,
        declared_lots, inspected_random, inspected_targeted, inspected, 0 as failed_random, 0 as failed_targeted, 0 as failed,
        0 as complaints, 0 as injuries, 0 as enterprise_reports, 0 as foreign_alerts, 0 as grave_events
    from exposures
    union all
    select
        'product_origin_hazard', e.direction, e.product_scheme, e.product_code, e.origin_country, s.hazard_category, e.week,
        e.declared_lots, e.inspected_random, e.inspected_targeted, e.inspected, 0, 0, 0, 0, 0, 0, 0, 0
    from exposures as e
    inner join hazard_series as s
        on
            e.direction = s.direction and e.product_scheme = s.product_scheme and e.product_code = s.product_code
            and e.origin_country = s.origin_country
    union all
    select
        'product_hazard', e.direction, e.product_scheme, e.product_code, '*', s.hazard_category, e.week, e.declared_lots,
        e.inspected_random, e.inspected_targeted, e.inspected, 0, 0, 0, 0, 0, 0, 0, 0
    from product_exposures as e
    inner join product_hazards as s
        on e.direction = s.direction and e.product_scheme = s.product_scheme and e.product_code = s.product_code
    union all
    select
        scope, direction, product_scheme, product_code, origin_country, hazard_category, week, 0, 0, 0, 0, failed_random,
        failed_targeted, failed, complaints, injuries, enterprise_reports, foreign_alerts, grave_events
    from counted
)
select
    scope, direction, product_scheme, product_code, origin_country, hazard_category, week,
    cast(sum(declared_lots) as bigint) as declared_lots,
    cast(sum(inspected_random) as bigint) as inspected_random,
    cast(sum(inspected_targeted) as bigint) as inspected_targeted,
    cast(sum(inspected - inspected_random - inspected_targeted) as bigint) as inspected_other,
    cast(sum(failed_random) as bigint) as failed_random,
    cast(sum(failed_targeted) as bigint) as failed_targeted,
    cast(sum(failed - failed_random - failed_targeted) as bigint) as failed_other,
    cast(sum(inspected) as bigint) as inspected,
    cast(sum(failed) as bigint) as failed,
    cast(sum(complaints) as bigint) as complaints,
    cast(sum(injuries) as bigint) as injuries,
    cast(sum(enterprise_reports) as bigint) as enterprise_reports,
    cast(sum(foreign_alerts) as bigint) as foreign_alerts,
    cast(sum(grave_events) as bigint) as grave_events
from parts
group by scope, direction, product_scheme, product_code, origin_country, hazard_category, week;
