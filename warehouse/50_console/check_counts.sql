-- Grain: one source of the night.
-- Purpose: how many expectations were checked, and how many of them failed.
-- Not: a table of the warehouse; nor a count of rows.

select source, count(*) as checks, count(*) filter (where not is_success) as failed_checks
from mart_check_results
group by source
order by source;
