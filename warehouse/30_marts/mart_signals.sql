-- Grain: indicator x series, as judged this night (only series with p <= 0.05 or an open episode).
-- Purpose: what detection saw: observed against expected, with every factor that went into the expectation.
-- Not: warnings: most signals are not rejected after control of the false discovery rate.

create or replace table mart_signals (
    indicator_id text, scope text, direction text, product_scheme text, product_code text, origin_country text, hazard_category text,
    substance text, week date, window_weeks bigint, observed double, expected double, expected_lower double, expected_upper double, ratio double,
    ratio_lower double, ratio_upper double, exposure double, exposure_usual double, completeness double, season_factor double,
    p_value double, q_value double, is_rejected boolean, pyod_score double, pyod_p_value double, top_feature text
);

insert into mart_signals
select
    indicator_id, scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week, window_weeks,
    observed, expected, expected_lower, expected_upper, ratio, ratio_lower, ratio_upper, exposure, exposure_usual, completeness, season_factor,
    p_value, q_value, is_rejected, pyod_score, pyod_p_value, top_feature
from (
    select * from mart_signals
    union all by name
    select * from read_parquet(getvariable('signals_files'), union_by_name = true)
)
order by p_value, indicator_id, scope, direction, product_scheme, product_code, origin_country, hazard_category, substance;
