-- Grain: one row.
-- Purpose: of the failed lots of the last 120 days (a fortnight left for the laboratory), how many have no finding on record.
-- Not: a reason to set a lot aside: it counts as a failure without a named hazard.
with lots as (
    select distinct inspection_id
    from read_parquet(getvariable('port_inspections_files'), union_by_name = true)
    where result = 'fail' and known_on < getvariable('as_of') - 14 and known_on >= getvariable('as_of') - 120
),
findings as (
    select distinct inspection_id
    from read_parquet(getvariable('inspection_findings_files'), union_by_name = true)
    where known_on < getvariable('as_of') and known_on >= getvariable('as_of') - 240
)
select count(*) as failed_lots, count(*) filter (where findings.inspection_id is null) as failed_lots_without_finding
from lots
left join findings on findings.inspection_id = lots.inspection_id
