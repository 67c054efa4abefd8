-- Grain: event behind a warning ($1).
-- Purpose: the page of a warning reads mart_warning_evidence.
-- Not: a table of the warehouse.

select * from mart_warning_evidence where warning_id = $1 order by evidence_no;
