-- Grain: scope x direction x product (scheme + code) x origin x hazard category x substance x week (its Monday); '*' where a scope sums
-- over it; at the chapter scopes product_code is the HS chapter.
-- Purpose: the counts that detection judges; only weeks in which something is not zero.
-- Not: additive over hazards, origins of alerts, or scopes: one event may stand in several cells, in each of them once.

create or replace table core_series_week as
with cells as (
    select
        'product_origin' as scope, direction, product_scheme, product_code, origin_country, '*' as hazard_category, '*' as substance,
        week, indicator_base, selection, event_key
    from core_event
    union all
    select
        'product_origin_hazard', direction, product_scheme, product_code, origin_country, hazard_category, '*', week, indicator_base,
        selection, event_key
    from core_event
    union all
    select
        'product_hazard', direction, product_scheme, product_code, '*', hazard_category, '*', week, indicator_base, selection, event_key
    from core_event
    union all
    select
        a.scope, e.direction, e.product_scheme, a.product_code, a.origin_country, a.hazard_category, a.substance, e.week,
        e.indicator_base, e.selection, e.event_key
    from series_event as e
    inner join series_aggregate as a
        on
            e.scope = a.scope
            and e.direction = a.direction
            and e.product_scheme = a.product_scheme
            and e.product_code = a.product_code
            and e.origin_country = a.origin_country
            and e.hazard_category = a.hazard_category
            and e.substance = a.substance
),
-- One row an event in each cell it belongs to, so that plain counts below are counts of distinct events.
event_cells as (
    select distinct * from cells
),
counted as (
    select
        scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week,
        count(*) filter (where indicator_base = 'failed' and selection = 'random') as failed_random,
        count(*) filter (where indicator_base = 'failed' and selection = 'targeted') as failed_targeted,
        count(*) filter (where indicator_base = 'failed') as failed,
        count(*) filter (where indicator_base = 'complaint') as complaints,
        count(*) filter (where indicator_base = 'injury') as injuries,
        count(*) filter (where indicator_base = 'enterprise_report') as enterprise_reports,
        count(*) filter (where indicator_base = 'foreign_alert') as foreign_alerts,
        count(*) filter (where indicator_base = 'grave') as grave_events
    from event_cells
    group by scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week
)
-- Both sides have one row a cell: joined, not added up. Only products with an HS code have exposures.
select
    coalesce(x.scope, c.scope) as scope,
    coalesce(x.direction, c.direction) as direction,
    coalesce(c.product_scheme, 'HS') as product_scheme,
    coalesce(x.product_code, c.product_code) as product_code,
    coalesce(x.origin_country, c.origin_country) as origin_country,
    coalesce(x.hazard_category, c.hazard_category) as hazard_category,
    coalesce(x.substance, c.substance) as substance,
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
from series_exposure as x
full join counted as c
    on
        x.scope = c.scope
        and x.direction = c.direction
        and c.product_scheme = 'HS'
        and x.product_code = c.product_code
        and x.origin_country = c.origin_country
        and x.hazard_category = c.hazard_category
        and x.substance = c.substance
        and x.week = c.week;
