-- Q: Can tonight be relied on: which sources are late, what was set aside, and for which reasons?
-- 问: 今晚的数据可靠吗？哪些数据源迟到？隔离了多少行，原因是什么？

with reasons as (
    select source, unnest(reasons) as reason from mart_quarantine
),
counted as (
    select source, reason, count(*) as row_count from reasons group by source, reason
)
select
    f.source, f.verdict, f.newest_received_on, f.age_days, f.read_count, f.accepted_count, f.quarantined_count,
    string_agg(c.reason || ' ' || c.row_count, ', ' order by c.row_count desc, c.reason) as reasons_listed
from mart_source_freshness as f
left join counted as c on f.source = c.source
group by all
order by array_position(['missing', 'quarantined', 'stale', 'ok'], f.verdict), f.source;
