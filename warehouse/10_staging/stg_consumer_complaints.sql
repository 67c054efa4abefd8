-- Grain: one consumer complaint or report of violation; key complaint_id.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_consumer_complaints (
    complaint_id text, kind text, channel text, region text, product_name text, brand text, hs_code text, origin_country text,
    is_origin_inferred boolean, seller text, platform text, issue text, injury_severity bigint, injury_severity_assumed bigint,
    injured_count bigint, death_count bigint, age_group text, narrative text, occurred_on date, hazard_category text,
    delivery_id text, file_name text, row_no bigint, event_on date, received_on date, delivered_on date, known_on date,
    flags text[]
);

create or replace temp view delivered_consumer_complaints as
from (
    select * from contract_consumer_complaints
    union all by name
    select * from read_parquet(getvariable('consumer_complaints_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_consumer_complaints as
with repeated as (
    select hash(complaint_id) as key_hash from delivered_consumer_complaints group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_consumer_complaints
where hash(complaint_id) in (select key_hash from repeated)
qualify row_number() over (
    partition by complaint_id order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_consumer_complaints as
select
    complaint_id, kind, channel, region, product_name, brand, hs_code, origin_country, is_origin_inferred, seller, platform,
    issue, injury_severity, injury_severity_assumed, injured_count, death_count, age_group, narrative, occurred_on,
    hazard_category, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_consumer_complaints
anti join superseded_consumer_complaints using (delivery_id, row_no);
