-- Grain: scope x direction x product_scheme x product_code x origin_country x hazard_category x substance.
-- Purpose: a number for each series that has a row from the variable series_since on (NULL: any row), counted in order of the texts, and
-- how many rows: series_rows.sql then gives a number a row, where seven texts would take ten times the memory.
-- Not: lasting: it is made for one reading and dropped after it; the same series has another number in another night.

create or replace temp table series_number as
with found as (
    select
        scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, count(*) as row_count
    from core_series_week
    where getvariable('series_since')::date is null or week >= getvariable('series_since')::date
    group by scope, direction, product_scheme, product_code, origin_country, hazard_category, substance
)
select
    cast(
        row_number() over (order by scope, direction, product_scheme, product_code, origin_country, hazard_category, substance) - 1 as integer
    ) as number,
    scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, row_count
from found;
