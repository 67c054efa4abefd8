-- Grain: indicator base x direction x product x origin x hazard category x span (the newest quarter, or the newest eight together).
-- Purpose: for analysts: combinations that occur more often than product, hazard, origin and lots explain (EB05 above 1), whether or
-- not anything changed, and those that occurred for the first time in the newest quarter.
-- Not: warnings, nor a cause of any: a high level that stands still is no event, and a first occurrence is mostly chance.

create or replace table mart_standing_excess (
    indicator_base text, direction text, product_scheme text, product_code text, origin_country text, hazard_category text, quarters bigint,
    from_week date, to_week date, observed bigint, expected double, expected_from text, ebgm double, eb05 double, ic double, ic025 double,
    quarters_seen bigint, first_week date, hazard_first_week date, is_first_of_a_kind boolean
);

insert into mart_standing_excess
select
    indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, quarters, from_week, to_week, observed, expected,
    expected_from, ebgm, eb05, ic, ic025, quarters_seen, first_week, hazard_first_week, is_first_of_a_kind
from (
    select * from mart_standing_excess
    union all by name
    select * from read_parquet(getvariable('standing_excess_files'), union_by_name = true)
)
order by eb05 desc, indicator_base, direction, product_scheme, product_code, origin_country, hazard_category, quarters;
