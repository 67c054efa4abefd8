-- Grain: enterprise by the code it was recorded under, one page of them, with how many there are in all.
-- Purpose: search by code or name ($1; NULL: all), those that warnings name only ($2), $3 rows from $4; most warnings first.
-- Not: a table of the warehouse, nor a ranking of enterprises.

select *, count(*) over () as total
from mart_enterprise_profile
where
    ($1 is null or contains(lower(concat_ws(' ', enterprise_code, enterprise_name)), lower($1)))
    and (not $2 or warning_count > 0)
order by warning_count desc, failed_count desc, inspected_count desc, enterprise_code
limit $3 offset $4;
