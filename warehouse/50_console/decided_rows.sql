-- Grain: one row of a source ($1, or NULL for all) that people corrected or released and a night took.
-- Purpose: what became of it.
-- Not: a table of the warehouse; nor decisions that wait for the next night (the case store).

select
    delivery_id, row_no, decision_id, decision_kind, decided_on, taken_on, of_delivery_id, of_file_name, of_row_no, decision_outcome, reasons
from mart_decided_row
where $1 is null or source = $1
order by taken_on, delivery_id, row_no;
