-- Grain: one row set aside of a source ($1), one page of them ($2 rows from $3), newest delivery first, with how many there are in all.
-- Purpose: what was not counted and why, by file and line.
-- Not: a table of the warehouse; mart_quarantine keeps a thousand rows of each delivery.

select
    source, delivery_id, file_name, row_no, received_on, delivered_on, key_text, reasons, row_json, delivery_quarantined_count,
    count(*) over () as total
from mart_quarantine
where source = $1
order by delivered_on desc, delivery_id desc, row_no
limit $2 offset $3;
