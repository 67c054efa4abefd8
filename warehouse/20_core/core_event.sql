-- Grain: one countable event x what it counts as (indicator_base) x product x origin x hazard category x substance.
-- Purpose: the numerators of every series and the evidence behind a warning, traced to file and row.
-- Not: something to count by rows: count distinct event_key. Lots that passed are not here (core_lot has them).

create or replace table core_event as
with failed_lots as (
    select
        'failed' as indicator_base, l.inspection_id as event_key, 'port_inspections' as source, l.direction, 'HS' as product_scheme,
        coalesce(left(l.hs_code, 4), 'unknown') as product_code,
        coalesce(left(l.hs_code, 2), 'unknown') as chapter, coalesce(l.origin_country, 'unknown') as origin_country,
        coalesce(f.hazard_category, 'unknown') as hazard_category, coalesce(f.substance, 'unknown') as substance,
        cast(date_trunc('week', l.event_on) as date) as week, l.event_on,
        -- The hazard may have become known after the failure.
        case when f.known_on > l.known_on then f.known_on else l.known_on end as known_on,
        case when f.known_on > l.known_on then f.delivered_on else l.delivered_on end as delivered_on,
        coalesce(l.selection, 'unknown') as selection, cast(0 as bigint) as death_count, l.file_name, l.row_no,
        case
            when l.declaration_no is null then l.inspection_id
            when l.declaration_line is null then l.declaration_no
            else concat(l.declaration_no, '/', cast(l.declaration_line as varchar))
        end as evidence_key,
        l.enterprise_code, l.port_code
    from stg_port_inspections as l
    left join core_finding as f on l.inspection_id = f.inspection_id
    where l.result = 'fail'
),
complaints as (
    select
        complaint_id as event_key, 'consumer_complaints' as source, direction, 'HS' as product_scheme, hs4 as product_code,
        case when hs4 = 'unknown' then hs4 else left(hs4, 2) end as chapter, origin_country, hazard_category,
        'unknown' as substance, week, event_on, known_on, delivered_on, cast(null as varchar) as selection,
        coalesce(death_count, 0) as death_count, file_name, row_no, complaint_id as evidence_key,
        cast(null as varchar) as enterprise_code, cast(null as varchar) as port_code, injury_severity_assumed
    from core_complaint
),
reports as (
    select
        report_id as event_key, 'enterprise_reports' as source, direction, 'HS' as product_scheme, hs4 as product_code,
        case when hs4 = 'unknown' then hs4 else left(hs4, 2) end as chapter, origin_country, hazard_category,
        'unknown' as substance, week, event_on, known_on, delivered_on, cast(null as varchar) as selection,
        coalesce(death_count, 0) as death_count, file_name, row_no, report_id as evidence_key, enterprise_code,
        cast(null as varchar) as port_code,
        case when report_type = 'major_accident' then 4 else injury_severity_assumed end as injury_severity_assumed
    from core_enterprise_report
),
reported as (
    select * from complaints
    union all
    select * from reports
),
alerts as (
    select
        event_key, 'foreign_alerts' as source, direction, product_scheme, product_code,
        hs2 as chapter, origin_country, hazard_category, substance,
        -- An event reported under several references (recall numbers, entry lines) counts once, in its first week.
        min(week) over (partition by event_key, product_scheme, product_code) as week, event_on, known_on, delivered_on,
        cast(null as varchar) as selection,
        -- Grave alerts are those that say somebody died; how many is not told.
        case when is_grave then cast(1 as bigint) else cast(0 as bigint) end as death_count, file_name, row_no,
        reference as evidence_key, cast(null as varchar) as enterprise_code, cast(null as varchar) as port_code, is_grave
    from core_alert
    where is_dated
)
select
    indicator_base, event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from failed_lots
union all
select
    'complaint', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from complaints
union all
select
    'enterprise_report', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from reports
union all
select
    'injury', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from reported
where injury_severity_assumed >= 1
union all
select
    'grave', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from reported
where injury_severity_assumed >= 4
union all
select
    'foreign_alert', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from alerts
union all
select
    'grave', event_key, source, direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance,
    week, event_on, known_on, delivered_on, selection, death_count, file_name, row_no, evidence_key, enterprise_code, port_code
from alerts
where is_grave;
