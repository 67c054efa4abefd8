-- Grain: one warning that the night shows.
-- Purpose: its explanation record: what was usual and how sure that is, who is behind it and whether it stands without them.
-- Not: the events themselves (mart_warning_evidence) nor the rule of its colour (mart_warnings).

create or replace table mart_warning_explanation (
    warning_id text, indicator_id text, week date, window_weeks bigint, observed double, expected double, expected_lower double,
    expected_upper double, ratio double, ratio_lower double, ratio_upper double, p_value double, q_value double, exposure double,
    exposure_usual double, completeness double, season_factor double, top_enterprise text, top_enterprise_events bigint,
    p_without_top_enterprise double, stands_without_top_enterprise boolean, top_port text, top_port_events bigint,
    p_without_top_port double, stands_without_top_port boolean, top_hazard text, top_hazard_events bigint, top_origin text,
    top_origin_events bigint, pyod_score double, pyod_p_value double, top_feature text, model_version text, data_version text,
    explanation_en text, explanation_zh text
);

insert into mart_warning_explanation
select
    warning_id, indicator_id, week, window_weeks, observed, expected, expected_lower, expected_upper, ratio, ratio_lower,
    ratio_upper, p_value, q_value, exposure, exposure_usual, completeness, season_factor, top_enterprise, top_enterprise_events,
    p_without_top_enterprise, stands_without_top_enterprise, top_port, top_port_events, p_without_top_port,
    stands_without_top_port, top_hazard, top_hazard_events, top_origin, top_origin_events, pyod_score, pyod_p_value,
    top_feature, model_version, data_version, explanation_en, explanation_zh
from (
    select * from mart_warning_explanation
    union all by name
    select * from read_parquet(getvariable('explanations_files'), union_by_name = true)
)
order by warning_id;
