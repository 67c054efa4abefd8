-- Grain: one test item that an inspected lot failed; key inspection_id, item_no.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_inspection_findings (
    inspection_id text, item_no text, item text, measured_value text, limit_value text, unit text, standard text, clause text,
    hazard text, laboratory text, resulted_on date, hazard_category text, substance text, delivery_id text, file_name text,
    row_no bigint, event_on date, received_on date, delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_inspection_findings as
from (
    select * from contract_inspection_findings
    union all by name
    select * from read_parquet(getvariable('inspection_findings_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_inspection_findings as
with repeated as (
    select hash(inspection_id, item_no) as key_hash from delivered_inspection_findings group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_inspection_findings
where hash(inspection_id, item_no) in (select key_hash from repeated)
qualify row_number() over (
    partition by inspection_id, item_no order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_inspection_findings as
select
    inspection_id, item_no, item, measured_value, limit_value, unit, standard, clause, hazard, laboratory, resulted_on,
    hazard_category, substance, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_inspection_findings
anti join superseded_inspection_findings using (delivery_id, row_no);
