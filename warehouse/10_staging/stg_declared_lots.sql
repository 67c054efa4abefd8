-- Grain: direction x HS code x origin x customs district x week: how many lots were declared; key direction, hs_code, origin_country, customs_district, week.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_declared_lots (
    direction text, hs_code text, origin_country text, customs_district text, week date, lots bigint, quantity double,
    quantity_unit text, value_amount double, currency text, delivery_id text, file_name text, row_no bigint, event_on date,
    received_on date, delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_declared_lots as
from (
    select * from contract_declared_lots
    union all by name
    select * from read_parquet(getvariable('declared_lots_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_declared_lots as
with repeated as (
    select hash(direction, hs_code, origin_country, customs_district, week) as key_hash from delivered_declared_lots group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_declared_lots
where hash(direction, hs_code, origin_country, customs_district, week) in (select key_hash from repeated)
qualify row_number() over (
    partition by direction, hs_code, origin_country, customs_district, week order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_declared_lots as
select
    direction, hs_code, origin_country, customs_district, week, lots, quantity, quantity_unit, value_amount, currency,
    delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_declared_lots
anti join superseded_declared_lots using (delivery_id, row_no);
