-- Grain: one row.
-- Purpose: of the cells (direction x HS 4 x origin x week) with inspected lots, how many have no declared lots, in those of the last
--          26 weeks for which declared lots are on record.
-- Not: a judgement of weeks for which nothing was declared to us at all.
with declared as (
    select distinct direction, left(hs_code, 4) as hs4, origin_country, week
    from read_parquet(getvariable('declared_lots_files'), union_by_name = true)
    where known_on < getvariable('as_of') and week >= getvariable('as_of') - 182 and lots > 0
),
inspected as (
    select distinct direction, left(hs_code, 4) as hs4, origin_country, date_trunc('week', sampled_on)::date as week
    from read_parquet(getvariable('port_inspections_files'), union_by_name = true)
    where known_on < getvariable('as_of') and date_trunc('week', sampled_on)::date in (select week from declared)
)
select count(*) as inspected_cells, count(*) filter (where declared.week is null) as inspected_cells_undeclared
from inspected
left join declared
    on declared.direction = inspected.direction and declared.hs4 = inspected.hs4
    and declared.origin_country = inspected.origin_country and declared.week = inspected.week
