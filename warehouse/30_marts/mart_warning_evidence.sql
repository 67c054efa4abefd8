-- Grain: warning x event that it counts (newest first, at most five hundred; mart_warnings.evidence_count says how many there are).
-- Purpose: leads from a warning to the declaration, order number or reference, and to the file and row it came from.
-- Not: every event of the product: only those in the warning's window.

create or replace table mart_warning_evidence (
    warning_id text, evidence_no bigint, source text, evidence_key text, event_on date, known_on date, origin_country text,
    hazard_category text, enterprise_code text, port_code text, file_name text, row_no bigint
);

insert into mart_warning_evidence
select
    warning_id, evidence_no, source, evidence_key, event_on, known_on, origin_country, hazard_category, enterprise_code, port_code,
    file_name, row_no
from (
    select * from mart_warning_evidence
    union all by name
    select * from read_parquet(getvariable('evidence_files'), union_by_name = true)
)
order by warning_id, evidence_no;
