-- Grain: warning ($1: ids).
-- Purpose: the last 26 weeks as a list, for the small picture in the list.
-- Not: a table of the warehouse.

select warning_id, list(observed order by week) as observed
from (
    select warning_id, week, observed
    from mart_warning_weeks
    where list_contains($1::varchar[], warning_id)
    qualify row_number() over (partition by warning_id order by week desc) <= 26
)
group by warning_id;
