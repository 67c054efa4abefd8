-- Grain: warning whose evidence names an enterprise ($1).
-- Purpose: the warnings it is behind, with how many of their events are its own.
-- Not: a table of the warehouse; the night keeps at most 500 events of a warning.

with behind as (
    select warning_id, count(*) as own_count
    from mart_warning_evidence
    where enterprise_code = $1
    group by warning_id
)
select
    w.warning_id, w.level, w.status, w.product_code, w.product_name_zh, w.product_name_en, w.origin_country, w.reason_zh, w.reason_en,
    w.first_raised_on, w.evidence_count, b.own_count
from behind as b
inner join mart_warnings as w on b.warning_id = w.warning_id
order by case w.level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end, w.first_raised_on desc, w.warning_id;
