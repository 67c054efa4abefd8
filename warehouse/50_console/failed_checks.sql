-- Grain: source x delivery x expectation that failed this night ($1: one source, or NULL for all).
-- Purpose: what the checks found, gravest first.
-- Not: a table of the warehouse; nor the checks that passed.

select source, delivery_id, expectation_id, description_en, description_zh, severity, level, unexpected_count, element_count, sample, note
from mart_check_results
where not is_success and ($1 is null or source = $1)
order by case severity when 'critical' then 0 when 'warning' then 1 else 2 end, source, delivery_id, expectation_id;
