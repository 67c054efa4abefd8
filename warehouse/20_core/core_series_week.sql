-- Grain: scope x direction x product (scheme + code) x origin x hazard category x substance x week (its Monday); '*' where a scope sums over it.
-- Purpose: the counts that detection judges; only weeks in which something is not zero.
-- Not: additive over hazards, origins of alerts, or scopes: one event may stand in several cells, in each of them once.

create or replace table core_series_week as
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
),
exposures as (
    select
        direction, product_code, origin_country, week, cast(sum(declared_lots) as bigint) as declared_lots,
        cast(sum(inspected_random) as bigint) as inspected_random, cast(sum(inspected_targeted) as bigint) as inspected_targeted,
        cast(sum(inspected) as bigint) as inspected
    from either
    group by direction, product_code, origin_country, week
),
product_exposures as (
    select
        direction, product_code, week, cast(sum(declared_lots) as bigint) as declared_lots,
        cast(sum(inspected_random) as bigint) as inspected_random, cast(sum(inspected_targeted) as bigint) as inspected_targeted,
        cast(sum(inspected) as bigint) as inspected
    from exposures
    group by direction, product_code, week
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
-- a zero out of a hundred lots is knowledge, a missing row would be none. Failures of an unnamed hazard are no series of one
-- hazard: they are counted, and their lots stand in the product's own row.
hazard_series as (
    select distinct direction, product_code, origin_country, hazard_category
    from counted
    where scope = 'product_origin_hazard' and product_scheme = 'HS' and hazard_category <> 'unknown'
),
product_hazards as (
    select distinct direction, product_code, hazard_category from hazard_series
),
exposed as (
    select
        'product_origin' as scope, direction, product_code, origin_country, '*' as hazard_category, week, declared_lots,
        inspected_random, inspected_targeted, inspected
    from exposures
    union all
    select
        'product_origin_hazard', e.direction, e.product_code, e.origin_country, s.hazard_category, e.week, e.declared_lots,
        e.inspected_random, e.inspected_targeted, e.inspected
    from exposures as e
    inner join hazard_series as s
        on e.direction = s.direction and e.product_code = s.product_code and e.origin_country = s.origin_country
    union all
    select
        'product_hazard', e.direction, e.product_code, '*', s.hazard_category, e.week, e.declared_lots, e.inspected_random,
        e.inspected_targeted, e.inspected
    from product_exposures as e
    inner join product_hazards as s on e.direction = s.direction and e.product_code = s.product_code
)
-- Both sides have one row a cell: joined, not added up. Only products with an HS code have exposures.
select
    coalesce(x.scope, c.scope) as scope,
    coalesce(x.direction, c.direction) as direction,
    coalesce(c.product_scheme, 'HS') as product_scheme,
    coalesce(x.product_code, c.product_code) as product_code,
    coalesce(x.origin_country, c.origin_country) as origin_country,
    coalesce(x.hazard_category, c.hazard_category) as hazard_category,
    '*' as substance,
    coalesce(x.week, c.week) as week,
    coalesce(x.declared_lots, 0) as declared_lots,
    coalesce(x.inspected_random, 0) as inspected_random,
    coalesce(x.inspected_targeted, 0) as inspected_targeted,
    coalesce(x.inspected - x.inspected_random - x.inspected_targeted, 0) as inspected_other,
    coalesce(c.failed_random, 0) as failed_random,
    coalesce(c.failed_targeted, 0) as failed_targeted,
    coalesce(c.failed - c.failed_random - c.failed_targeted, 0) as failed_other,
    coalesce(x.inspected, 0) as inspected,
    coalesce(c.failed, 0) as failed,
    coalesce(c.complaints, 0) as complaints,
    coalesce(c.injuries, 0) as injuries,
    coalesce(c.enterprise_reports, 0) as enterprise_reports,
    coalesce(c.foreign_alerts, 0) as foreign_alerts,
    coalesce(c.grave_events, 0) as grave_events
from exposed as x
full join counted as c
    on
        x.scope = c.scope
        and x.direction = c.direction
        and c.product_scheme = 'HS'
        and x.product_code = c.product_code
        and x.origin_country = c.origin_country
        and x.hazard_category = c.hazard_category
        and x.week = c.week;
