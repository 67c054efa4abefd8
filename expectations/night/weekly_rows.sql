-- Grain: one ISO week (its Monday) in which rows of the source became known, up to the last week that is over.
-- Purpose: the volume of the source's recent weeks. By the day of knowledge, so that no week grows afterwards.
-- Not: the weeks of the events (core_series_week); weeks without rows are absent here.
select date_trunc('week', known_on)::date as week, count(*) as row_count
from read_parquet(getvariable('own_files'), union_by_name = true)
where known_on < date_trunc('week', getvariable('as_of')) and known_on >= date_trunc('week', getvariable('as_of')) - interval 189 days
group by all
order by week
