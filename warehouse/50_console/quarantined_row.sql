-- Grain: one row set aside ($1 source, $2 delivery, $3 row).
-- Purpose: the page on which a person decides on it.
-- Not: a table of the warehouse.

select source, delivery_id, file_name, row_no, received_on, delivered_on, key_text, reasons, row_json
from mart_quarantine
where source = $1 and delivery_id = $2 and row_no = $3;
