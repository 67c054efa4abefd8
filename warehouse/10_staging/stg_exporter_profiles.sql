-- Grain: one enterprise in China; key enterprise_code.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_exporter_profiles (
    enterprise_code text, enterprise_name text, hs_codes text[], market_countries text[], product_words text[],
    delivery_id text, file_name text, row_no bigint, event_on date, received_on date, delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_exporter_profiles as
from (
    select * from contract_exporter_profiles
    union all by name
    select * from read_parquet(getvariable('exporter_profiles_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

create or replace temp view stg_exporter_profiles as
select
    enterprise_code, enterprise_name, hs_codes, market_countries, product_words, delivery_id, file_name, row_no, event_on, received_on,
    delivered_on, known_on, flags
from delivered_exporter_profiles
qualify row_number() over (partition by enterprise_code order by known_on desc, delivered_on desc, delivery_id desc, row_no desc) = 1;
