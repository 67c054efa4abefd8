-- Grain: one inspected lot (a product line of a customs declaration that was inspected); key inspection_id.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_port_inspections (
    inspection_id text, direction text, declaration_no text, declaration_line bigint, declaration_customs text,
    entry_exit_customs text, port_code text, inspection_place text, inspection_basis text, selection text, hs_code text,
    ciq3 text, product_name text, brand text, model text, batch_no text, produced_on date, gtin text, origin_country text,
    departure_country text, trading_country text, enterprise_code text, enterprise_name text, overseas_manufacturer text,
    overseas_registration_no text, trade_mode text, quantity double, quantity_unit text, value_amount double, currency text,
    result text, disposition text, report_no text, sampled_on date, resulted_on date, released_on date, delivery_id text,
    file_name text, row_no bigint, event_on date, received_on date, delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_port_inspections as
from (
    select * from contract_port_inspections
    union all by name
    select * from read_parquet(getvariable('port_inspections_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_port_inspections as
with repeated as (
    select hash(inspection_id) as key_hash from delivered_port_inspections group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_port_inspections
where hash(inspection_id) in (select key_hash from repeated)
qualify row_number() over (
    partition by inspection_id order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_port_inspections as
select
    inspection_id, direction, declaration_no, declaration_line, declaration_customs, entry_exit_customs, port_code,
    inspection_place, inspection_basis, selection, hs_code, ciq3, product_name, brand, model, batch_no, produced_on, gtin,
    origin_country, departure_country, trading_country, enterprise_code, enterprise_name, overseas_manufacturer,
    overseas_registration_no, trade_mode, quantity, quantity_unit, value_amount, currency, result, disposition, report_no,
    sampled_on, resulted_on, released_on, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_port_inspections
anti join superseded_port_inspections using (delivery_id, row_no);
