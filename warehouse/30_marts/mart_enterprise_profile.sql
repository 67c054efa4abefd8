-- Grain: one enterprise in China, by the code it was recorded under.
-- Purpose: its inspections, failures and reports at a glance, and the warnings whose evidence names it.
-- Not: a credit rating. An enterprise recorded under two codes has two rows; targeted lots lower its pass rate.

create or replace table mart_enterprise_profile as
with lots as (
    select
        enterprise_code, count(*) filter (where direction = 'import') as import_lot_count,
        count(*) filter (where direction = 'export') as export_lot_count, count(*) filter (where is_resulted) as inspected_count,
        count(*) filter (where is_failed) as failed_count, min(event_on) as first_seen_on, max(event_on) as last_seen_on
    from core_lot
    where enterprise_code is not null
    group by enterprise_code
),
names as (
    select l.enterprise_code, arg_max(d.enterprise_name, l.event_on) as enterprise_name
    from core_lot_detail as d
    inner join core_lot as l on d.inspection_id = l.inspection_id
    where d.enterprise_name is not null
    group by l.enterprise_code
),
findings as (
    select l.enterprise_code, count(*) as finding_count
    from core_finding as f
    inner join core_lot as l on f.inspection_id = l.inspection_id
    where l.enterprise_code is not null
    group by l.enterprise_code
),
reports as (
    select
        enterprise_code, arg_max(enterprise_name, event_on) as enterprise_name, count(*) as report_count,
        count(*) filter (where report_type = 'recall') as recall_count,
        count(*) filter (where report_type in ('return', 'overseas_rejection')) as rejection_count,
        count(*) filter (where report_type = 'technical_barrier') as barrier_count, min(event_on) as first_seen_on,
        max(event_on) as last_seen_on
    from core_enterprise_report
    where enterprise_code is not null
    group by enterprise_code
),
warned as (
    select enterprise_code, count(distinct warning_id) as warning_count
    from mart_warning_evidence
    where enterprise_code is not null
    group by enterprise_code
)
select
    enterprise_code, coalesce(n.enterprise_name, r.enterprise_name) as enterprise_name,
    coalesce(l.import_lot_count, 0) as import_lot_count, coalesce(l.export_lot_count, 0) as export_lot_count,
    coalesce(l.inspected_count, 0) as inspected_count, coalesce(l.failed_count, 0) as failed_count,
    case when l.inspected_count > 0 then (l.inspected_count - l.failed_count) / l.inspected_count end as pass_rate,
    coalesce(f.finding_count, 0) as finding_count, coalesce(r.report_count, 0) as report_count,
    coalesce(r.recall_count, 0) as recall_count, coalesce(r.rejection_count, 0) as rejection_count,
    coalesce(r.barrier_count, 0) as barrier_count, coalesce(w.warning_count, 0) as warning_count,
    least(l.first_seen_on, r.first_seen_on) as first_seen_on, greatest(l.last_seen_on, r.last_seen_on) as last_seen_on
from lots as l
full join reports as r using (enterprise_code)
left join names as n using (enterprise_code)
left join findings as f using (enterprise_code)
left join warned as w using (enterprise_code)
order by enterprise_code;
