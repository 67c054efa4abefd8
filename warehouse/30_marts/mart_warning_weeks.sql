-- Grain: warning x week, two years back from its last week.
-- Purpose: the picture beside a warning: counts, the usual level of this series by its own past, lots inspected and declared.
-- Not: what the night judged with: that knows all series (mart_warnings, mart_warning_explanation).

create or replace table mart_warning_weeks (
    warning_id text, week date, observed double, inspected double, declared double, expected double, upper double
);

insert into mart_warning_weeks
select warning_id, week, observed, inspected, declared, expected, upper
from (
    select * from mart_warning_weeks
    union all by name
    select * from read_parquet(getvariable('warning_weeks_files'), union_by_name = true)
)
order by warning_id, week;
