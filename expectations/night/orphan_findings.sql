-- Grain: one row.
-- Purpose: of the findings of the last 120 days (a fortnight left for the lots to arrive), how many belong to no lot on record.
-- Not: a reason to set a finding aside: its lot may still come.
with findings as (
    select inspection_id
    from read_parquet(getvariable('inspection_findings_files'), union_by_name = true)
    where known_on < getvariable('as_of') - 14 and known_on >= getvariable('as_of') - 120
),
lots as (
    select distinct inspection_id
    from read_parquet(getvariable('port_inspections_files'), union_by_name = true)
    where known_on < getvariable('as_of') and known_on >= getvariable('as_of') - 365
)
select count(*) as findings, count(*) filter (where lots.inspection_id is null) as findings_without_lot
from findings
left join lots on lots.inspection_id = findings.inspection_id
