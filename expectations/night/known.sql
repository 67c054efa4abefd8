-- Grain: one row for a source.
-- Purpose: the newest date of receipt among the rows known before the night.
-- Not: the newest delivery (a delivery may bring old rows only).
select max(received_on) as newest_received_on
from read_parquet(getvariable('own_files'), union_by_name = true)
where known_on < getvariable('as_of')
