-- Grain: one row set aside of a source ($1), one page of them ($6 rows from $7), newest delivery first, with how many there are in all.
-- Purpose: what was not counted and why, by file and line; only those with a kind of reason ($2), of a delivery ($3), or whose place
-- ("delivery|row") is ($5 true) or is not (false) among those listed ($4): the case store knows what people decided on. NULL: any.
-- Not: a table of the warehouse; mart_quarantine keeps a thousand rows of each delivery.

select
    source, delivery_id, file_name, row_no, received_on, delivered_on, key_text, reasons, row_json, delivery_quarantined_count,
    count(*) over () as total
from mart_quarantine
where
    source = $1
    and ($2 is null or list_contains(list_transform(reasons, lambda reason: regexp_extract(reason, '^[^=]*')), $2))
    and ($3 is null or delivery_id = $3)
    and ($4::text[] is null or list_contains($4::text[], concat(delivery_id, '|', row_no)) = $5)
order by delivered_on desc, delivery_id desc, row_no
limit $6 offset $7;
