-- Grain: one test item that an inspected lot failed (inspection_id + item_no).
-- Purpose: what was wrong with a lot, measured against which limit of which standard.
-- Not: a count of failed lots: one lot may fail several items.

create or replace table core_finding as
select
    inspection_id, item_no, item, measured_value, limit_value, unit, standard, clause, hazard,
    coalesce(hazard_category, 'unknown') as hazard_category, coalesce(substance, 'unknown') as substance, laboratory,
    resulted_on, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from stg_inspection_findings;
