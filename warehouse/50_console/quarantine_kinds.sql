-- Grain: kind of reason (code and column) x delivery for which rows of a source ($1) were set aside and are open: not among those listed
-- ($2, "delivery|row"), on which people decided.
-- Purpose: what is most often wrong, so that the sender is told once, and alike rows are decided on at once.
-- Not: a table of the warehouse; a row with two reasons counts under both.

select kind, delivery_id, file_name, delivered_on, count(*) as row_count
from (
    select distinct
        delivery_id, file_name, delivered_on, row_no,
        unnest(list_transform(reasons, lambda reason: regexp_extract(reason, '^[^=]*'))) as kind
    from mart_quarantine
    where source = $1 and not list_contains($2::text[], concat(delivery_id, '|', row_no))
)
group by kind, delivery_id, file_name, delivered_on
order by kind, delivered_on desc, delivery_id desc;
