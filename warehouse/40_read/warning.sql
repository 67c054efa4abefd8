-- Grain: warning; $1: its id.
-- Purpose: the facts of a notice about it.
-- Not: a table of the warehouse, nor what people decided (the case store).

select
    warning_id, indicator_id, scope, direction, product_code, product_name, origin_country, hazard_category, substance, onset_week, last_week,
    first_raised_on, status, level, observed, expected, reason_en, reason_zh, evidence_count, sources
from mart_warnings
where warning_id = $1;
