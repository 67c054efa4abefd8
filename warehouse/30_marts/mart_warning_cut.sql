-- Grain: night x opening that the review budget held back; nights of the last 90 that are on record.
-- Purpose: what nobody reviewed and why: what it would have said, its place in line, and the warning that tells of it tonight (listed_as).
-- Not: a warning: it has no case; a series that was cut on several nights has a row for each.

create or replace table mart_warning_cut (
    cut_on date, warning_id text, indicator_id text, scope text, direction text, product_scheme text, product_code text, product_name_en text,
    product_name_zh text, origin_country text, hazard_category text, substance text, onset_week date, last_week date, level text,
    risk_level text, signal_strength text, observed double, expected double, ratio_lower double, window_weeks bigint, p_value double,
    q_value double, reason_en text, reason_zh text, sources text, opened_count bigint, list_budget bigint, cut_rank bigint,
    cut_reason_en text, cut_reason_zh text, listed_as text
);

insert into mart_warning_cut
select
    -- What is cut was to open that night.
    c.first_raised_on, coalesce(c.warning_id, c.episode_id), c.indicator_id, c.scope, c.direction, c.product_scheme, c.product_code,
    c.product_name_en, c.product_name_zh, c.origin_country, c.hazard_category, c.substance, c.onset_week, c.last_week, c.level, c.risk_level,
    c.signal_strength, c.observed, c.expected, c.ratio_lower, c.window_weeks, c.p_value, c.q_value, c.reason_en, c.reason_zh, c.sources,
    c.opened_count, c.list_budget, c.cut_rank, c.cut_reason_en, c.cut_reason_zh, w.warning_id
from (
    select null::date as first_raised_on, null::text as episode_id, * from mart_warning_cut where false
    union all by name
    select * from read_parquet(getvariable('cut_files'), union_by_name = true)
) as c
left join mart_warnings as w
    on
        w.status in ('open', 'quiet') and c.indicator_id = w.indicator_id and c.scope = w.scope and c.direction = w.direction
        and c.product_scheme = w.product_scheme and c.product_code = w.product_code and c.origin_country = w.origin_country
        and c.hazard_category = w.hazard_category and c.substance = w.substance
order by c.first_raised_on desc, c.cut_rank, 2;
