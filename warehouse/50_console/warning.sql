-- Grain: one warning ($1).
-- Purpose: the page of a warning reads mart_warnings.
-- Not: a table of the warehouse.

select * from mart_warnings where warning_id = $1;
