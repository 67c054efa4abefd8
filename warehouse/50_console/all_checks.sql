-- Grain: delivery (empty: the source as a whole) x expectation of a source ($1) that was checked this night.
-- Purpose: the suite with its results, what failed first.
-- Not: a table of the warehouse.

select source, delivery_id, expectation_id, description_en, description_zh, severity, level, is_success, unexpected_count, element_count, sample, note
from mart_check_results
where source = $1
order by
    delivery_id = '' desc, delivery_id, is_success, case severity when 'critical' then 0 when 'warning' then 1 else 2 end, level, expectation_id;
