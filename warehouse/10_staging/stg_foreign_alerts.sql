-- Grain: one notification of a foreign authority; key system, reference.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_foreign_alerts (
    system text, reference text, event_key text, notifying_country text, origin_countries text[], product_category text,
    product_name text, product_scheme text, product_code text, hs4 text, hs2 text,
    hazards struct(substance text, hazard_category text)[], classification text, risk_decision text, is_grave boolean,
    subject text, url text, delivery_id text, file_name text, row_no bigint, event_on date, received_on date, delivered_on date,
    known_on date, flags text[]
);

create or replace temp view delivered_foreign_alerts as
from (
    select * from contract_foreign_alerts
    union all by name
    select * from read_parquet(getvariable('foreign_alerts_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_foreign_alerts as
with repeated as (
    select hash(system, reference) as key_hash from delivered_foreign_alerts group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_foreign_alerts
where hash(system, reference) in (select key_hash from repeated)
qualify row_number() over (
    partition by system, reference order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_foreign_alerts as
select
    system, reference, event_key, notifying_country, origin_countries, product_category, product_name, product_scheme,
    product_code, hs4, hs2, hazards, classification, risk_decision, is_grave, subject, url, delivery_id, file_name, row_no,
    event_on, received_on, delivered_on, known_on, flags
from delivered_foreign_alerts
anti join superseded_foreign_alerts using (delivery_id, row_no);
