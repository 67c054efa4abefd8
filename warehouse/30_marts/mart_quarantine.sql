-- Grain: one row set aside, at most a thousand of each delivery (delivery_quarantined_count says how many there are).
-- Purpose: what was not counted and why, by file and row, so that it can be corrected and released.
-- Not: lost: the whole row lies in lake/quarantine, the file it came from in lake/raw.

create or replace table mart_quarantine (
    source text, delivery_id text, file_name text, row_no bigint, received_on date, delivered_on date, key_text text,
    reasons text[], row_json text, delivery_quarantined_count bigint
);

insert into mart_quarantine
select
    source, delivery_id, file_name, row_no, received_on, delivered_on, key_text, reasons, row_json,
    count(*) over (partition by source, delivery_id) as delivery_quarantined_count
from (
    select * from mart_quarantine
    union all by name
    select * from read_parquet(getvariable('quarantine_files'), union_by_name = true)
)
semi join taken_delivery using (source, delivery_id)
qualify row_number() over (partition by source, delivery_id order by row_no) <= 1000
order by source, delivery_id, row_no;
