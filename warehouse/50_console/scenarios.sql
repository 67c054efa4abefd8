-- Grain: scenario of harm of a warning ($1).
-- Purpose: the page of a warning reads mart_warning_assessment.
-- Not: a table of the warehouse.

select * from mart_warning_assessment where warning_id = $1 order by scenario_no;
