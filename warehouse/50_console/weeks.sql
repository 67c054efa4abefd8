-- Grain: week of a warning ($1).
-- Purpose: the page of a warning reads mart_warning_weeks.
-- Not: a table of the warehouse.

select week, observed, inspected, declared, expected, upper from mart_warning_weeks where warning_id = $1 order by week;
