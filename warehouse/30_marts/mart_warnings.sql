-- Grain: one warning (an episode with its colour and reason) as the night sees it.
-- Purpose: the list that officers work through; numbers are those of its newest significant signal.
-- Not: what people decided about it (the case store), nor a WTO notification: members notify measures, never bad lots.

create or replace table mart_warnings (
    warning_id text, indicator_id text, scope text, direction text, product_code text, product_name text, origin_country text,
    hazard_category text, onset_week date, last_week date, first_raised_on date, status text, level text, risk_level text,
    signal_strength text, observed double, expected double, ratio double, exposure double, p_value double, q_value double,
    reason_en text, reason_zh text, evidence_count bigint, sources text, freshness_note text, substance text, reach text,
    product_scheme text, product_name_en text, product_name_zh text, ratio_lower double, ratio_upper double, window_weeks bigint,
    level_reason_en text, level_reason_zh text, proposal text, related_to text
);

insert into mart_warnings
select
    warning_id, indicator_id, scope, direction, product_code, product_name, origin_country, hazard_category, onset_week, last_week,
    first_raised_on, status, level, risk_level, signal_strength, observed, expected, ratio, exposure, p_value, q_value, reason_en,
    reason_zh, evidence_count, sources, freshness_note, substance, reach, product_scheme, product_name_en, product_name_zh, ratio_lower, ratio_upper,
    window_weeks, level_reason_en, level_reason_zh, proposal, related_to
from (
    select * from mart_warnings
    union all by name
    select * from read_parquet(getvariable('warnings_files'), union_by_name = true)
);
