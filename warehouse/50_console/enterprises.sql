-- Grain: enterprise by the code it was recorded under, one page of them, with how many there are in all.
-- Purpose: search by code or name ($1; NULL: all), those that warnings name only ($2), $3 rows from $4; most warnings first. Who is known by
-- a profile of exporters alone stands here too.
-- Not: a table of the warehouse, nor a ranking of enterprises.

with known as (
    select * from mart_enterprise_profile
    union all by name
    select
        enterprise_code, max(enterprise_name) as enterprise_name, 0 as import_lot_count, 0 as export_lot_count, 0 as inspected_count,
        0 as failed_count, 0 as finding_count, 0 as report_count, 0 as recall_count, 0 as rejection_count, 0 as barrier_count,
        0 as warning_count
    from core_exporter_profile
    where enterprise_code not in (select enterprise_code from mart_enterprise_profile)
    group by enterprise_code
)
select *, count(*) over () as total
from known
where
    ($1 is null or contains(lower(concat_ws(' ', enterprise_code, enterprise_name)), lower($1)))
    and (not $2 or warning_count > 0)
order by warning_count desc, failed_count desc, inspected_count desc, enterprise_code
limit $3 offset $4;
