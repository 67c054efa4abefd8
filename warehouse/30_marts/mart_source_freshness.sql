-- Grain: one source.
-- Purpose: how far each source can be relied on tonight: what it delivered so far, how old its newest row is, what the checks said.
-- Not: a history; each published night has its own.

create or replace table mart_source_freshness as
with verdicts as (
    select source, verdict, newest_received_on, issues
    from read_json(
        getvariable('verdict_files'),
        columns = {
            'source': 'text',
            'verdict': 'text',
            'newest_received_on': 'date',
            'issues': 'struct(code text, severity text, detail text, "rows" bigint)[]'
        }
    )
),
deliveries as (
    select
        source, count(*) as file_count, max(delivered_on) filter (where not is_decided) as newest_delivered_on, sum(read_count)::bigint as read_count,
        sum(accepted)::bigint as accepted_count, sum(quarantined)::bigint as quarantined_count,
        sum(duplicates)::bigint as duplicate_count
    from taken_delivery
    group by source
)
select
    coalesce(v.source, d.source) as source, coalesce(v.verdict, 'missing') as verdict, v.newest_received_on,
    getvariable('as_of') - v.newest_received_on as age_days, d.newest_delivered_on, coalesce(d.file_count, 0) as file_count,
    coalesce(d.read_count, 0) as read_count, coalesce(d.accepted_count, 0) as accepted_count,
    coalesce(d.quarantined_count, 0) as quarantined_count, coalesce(d.duplicate_count, 0) as duplicate_count,
    coalesce(len(v.issues), 0) as issue_count,
    coalesce(list_transform(v.issues, lambda issue: concat(issue.code, ': ', issue.detail)), []) as issues
from verdicts as v
full join deliveries as d on v.source = d.source
order by source;
