-- Grain: explanation record of a warning ($1).
-- Purpose: the page of a warning reads mart_warning_explanation.
-- Not: a table of the warehouse.

select * from mart_warning_explanation where warning_id = $1;
