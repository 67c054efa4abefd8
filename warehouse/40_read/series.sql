-- Grain: as core_series_week.
-- Purpose: the panel that detection judges; $1 is the first week wanted, or NULL for all.
-- Not: a table of the warehouse: a query that the pipeline runs.

select
    scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week, declared_lots,
    inspected_random, inspected_targeted, inspected_other, failed_random, failed_targeted, failed_other, inspected, failed, complaints, injuries,
    enterprise_reports, foreign_alerts, grave_events
from core_series_week
where $1::date is null or week >= $1::date
order by scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week;
