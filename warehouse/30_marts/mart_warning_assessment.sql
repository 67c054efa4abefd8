-- Grain: warning x scenario of harm (the gravest is number 1).
-- Purpose: what the hazard can do to whom, with the figures behind the risk level and how far it would move with them.
-- Not: how unusual the count is (mart_warnings); a warning of which no hazard is known has no scenario.

create or replace table mart_warning_assessment (
    warning_id text, scenario_no bigint, hazard_category text, hazard_class text, severity bigint, vulnerable text, risk text,
    rate double, rate_lower double, rate_upper double, injury_low double, injury_central double, injury_high double,
    is_injury_reviewed boolean, p_harm double, matrix_risk text, matrix_risk_lowest text, matrix_risk_highest text, scenario_en text,
    scenario_zh text, rule_version text, matrix_version text
);

insert into mart_warning_assessment
select
    warning_id, scenario_no, hazard_category, hazard_class, severity, vulnerable, risk, rate, rate_lower, rate_upper, injury_low,
    injury_central, injury_high, is_injury_reviewed, p_harm, matrix_risk, matrix_risk_lowest, matrix_risk_highest, scenario_en,
    scenario_zh, rule_version, matrix_version
from (
    select * from mart_warning_assessment
    union all by name
    select * from read_parquet(getvariable('assessments_files'), union_by_name = true)
)
order by warning_id, scenario_no;
