-- Grain: kind of reason for which rows of a source ($1) were set aside.
-- Purpose: what is most often wrong, so that the sender is told once.
-- Not: a table of the warehouse; a row with two reasons counts under both.

select code, count(*) as row_count
from (
    select distinct delivery_id, row_no, unnest(list_transform(reasons, lambda reason: regexp_extract(reason, '^[^:]*'))) as code
    from mart_quarantine
    where source = $1
)
group by code
order by row_count desc, code;
