-- Grain: indicator x check of the detector itself, of this night.
-- Purpose: whether its probabilities still hold: PIT, share of small p, scatter, delay, each with its bounds and standard error.
-- Not: a judgement of goods; a check that fails marks the warnings of its indicator.

create or replace table mart_detector_watch (
    indicator_id text, check_name text, value double, lower_bound double, upper_bound double, standard_error double, event_count bigint,
    is_ok boolean
);

insert into mart_detector_watch
select indicator_id, check_name, value, lower_bound, upper_bound, standard_error, event_count, is_ok
from (
    select * from mart_detector_watch
    union all by name
    select * from read_parquet(getvariable('detector_watch_files'), union_by_name = true)
)
order by indicator_id, check_name;
