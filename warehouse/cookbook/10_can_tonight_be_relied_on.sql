-- Q: Can tonight be relied on: which sources are late, what was set aside, and for which reasons?
-- 问: 今晚的数据可靠吗？哪些数据源迟到？隔离了多少行，原因是什么？

with reasons as (
    select source, unnest(reasons) as reason from mart_quarantine
),
counted as (
    select source, reason, count(*) as row_count from reasons group by source, reason
),
listed as (
    select source, string_agg(reason || ' ' || row_count, ', ' order by row_count desc, reason) as reasons from counted group by source
)
select
    f.source, f.verdict, f.newest_received_on, f.age_days, f.read_count, f.accepted_count, f.quarantined_count, l.reasons
from mart_source_freshness as f
left join listed as l on f.source = l.source
order by array_position(['missing', 'quarantined', 'stale', 'ok'], f.verdict), f.source;
