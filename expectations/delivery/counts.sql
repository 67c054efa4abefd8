-- Grain: one row for a delivery.
-- Purpose: what ingest made of its rows, before any expectation: how many, how many on record already, how many unreadable.
-- Not: the counts of the delivery's record, which are those of the partitions written.
select
    count(*) as read,
    count(*) filter (where is_duplicate) as duplicates,
    count(*) filter (where not is_duplicate and len(reasons) > 0) as unreadable
from typed
