-- Grain: one source with rows set aside on which nobody has decided: not among those listed ($1, "source|delivery|row").
-- Purpose: how much work the quarantine holds.
-- Not: a table of the warehouse; nor all that was ever set aside (mart_source_freshness).

select source, count(*) as open_count
from mart_quarantine
where not list_contains($1::text[], concat(source, '|', delivery_id, '|', row_no))
group by source
order by source;
