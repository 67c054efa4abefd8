-- Grain: one row. Purpose: how many names of substances are written, how many of them are listed and what they come down to, how many are
-- not listed, and how many findings and alerts those are. Not: substances found tonight; it counts all that the night knows.

select
    count(*) as names, count(*) filter (where is_listed) as listed, count(distinct substance) filter (where is_listed) as substances,
    count(*) filter (where not is_listed) as unlisted, coalesce(sum(row_count) filter (where not is_listed), 0) as unlisted_rows
from core_substance;
