-- Grain: warning x event; the newest $1 events of each warning, and how many there are in all.
-- Purpose: leads from a warning to the business key, file and row of what it counts.
-- Not: a table of the warehouse: a query that the pipeline runs over the relation evidence_wanted (see riskwarn/warehouse/reading.py).

with events as (
    select
        warning_id,
        source,
        event_key,
        min(evidence_key) as evidence_key,
        min(event_on) as event_on,
        min(known_on) as known_on,
        string_agg(distinct origin_country, ', ' order by origin_country) as origin_country,
        string_agg(distinct hazard_category, ', ' order by hazard_category) as hazard_category,
        min(enterprise_code) as enterprise_code,
        min(port_code) as port_code,
        arg_min(file_name, (evidence_key, file_name, row_no)) as file_name,
        arg_min(row_no, (evidence_key, file_name, row_no)) as row_no
    from wanted_events
    group by warning_id, source, event_key
),
numbered as (
    select
        *,
        row_number() over (partition by warning_id order by event_on desc, evidence_key, source) as evidence_no,
        count(*) over (partition by warning_id) as evidence_count
    from events
)
select
    warning_id, evidence_no, source, evidence_key, event_on, known_on, origin_country, hazard_category, enterprise_code, port_code,
    file_name, row_no, evidence_count
from numbered
where evidence_no <= $1
order by warning_id, evidence_no;
