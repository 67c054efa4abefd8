-- Grain: as core_series_week, from the variable series_since on; in no order.
-- Purpose: the rows that detection judges, each with the number of its series (series_number.sql must have run on the connection).
-- Not: all of it is fetched: the pipeline takes the columns that its indicators ask for, each in the narrowest type that holds it.

select
    n.number, datediff('day', date '1970-01-01', r.week) as day, r.declared_lots, r.inspected_random, r.inspected_targeted,
    r.inspected_other, r.failed_random, r.failed_targeted, r.failed_other, r.inspected, r.failed, r.complaints, r.injuries,
    r.enterprise_reports, r.foreign_alerts, r.grave_events
from core_series_week as r
inner join series_number as n
    on
        r.scope is not distinct from n.scope
        and r.direction is not distinct from n.direction
        and r.product_scheme is not distinct from n.product_scheme
        and r.product_code is not distinct from n.product_code
        and r.origin_country is not distinct from n.origin_country
        and r.hazard_category is not distinct from n.hazard_category
        and r.substance is not distinct from n.substance
where getvariable('series_since')::date is null or r.week >= getvariable('series_since')::date;
