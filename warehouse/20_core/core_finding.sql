-- Grain: one test item that an inspected lot failed (inspection_id + item_no).
-- Purpose: what was wrong with a lot, measured against which limit of which standard.
-- Not: a count of failed lots: one lot may fail several items.

create or replace table core_finding as
select
    f.inspection_id, f.item_no, f.item, f.measured_value, f.limit_value, f.unit, f.standard, f.clause, f.hazard,
    coalesce(f.hazard_category, 'unknown') as hazard_category, coalesce(s.substance, f.substance, 'unknown') as substance, f.laboratory,
    f.resulted_on, f.delivery_id, f.file_name, f.row_no, f.event_on, f.received_on, f.delivered_on, f.known_on, f.flags
from stg_inspection_findings as f
left join core_substance as s on f.substance = s.substance_as_written;
