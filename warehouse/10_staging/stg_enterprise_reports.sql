-- Grain: one report by an enterprise; key report_id.
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_enterprise_reports (
    report_id text, report_type text, enterprise_code text, enterprise_name text, direction text, hs_code text,
    product_name text, origin_country text, market_country text, unit_count bigint, hazard text, injury_severity bigint,
    injured_count bigint, death_count bigint, wto_symbol text, loss_cny double, compliance_cost_cny double, narrative text,
    occurred_on date, hazard_category text, delivery_id text, file_name text, row_no bigint, event_on date, received_on date,
    delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_enterprise_reports as
from (
    select * from contract_enterprise_reports
    union all by name
    select * from read_parquet(getvariable('enterprise_reports_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

-- Older versions of a key. Hashing the key keeps this pass narrow; a collision only sends a row through the exact comparison below.
create or replace temp table superseded_enterprise_reports as
with repeated as (
    select hash(report_id) as key_hash from delivered_enterprise_reports group by key_hash having count(*) > 1
)
select delivery_id, row_no
from delivered_enterprise_reports
where hash(report_id) in (select key_hash from repeated)
qualify row_number() over (
    partition by report_id order by known_on desc, delivered_on desc, delivery_id desc, row_no desc
) > 1;

create or replace temp view stg_enterprise_reports as
select
    report_id, report_type, enterprise_code, enterprise_name, direction, hs_code, product_name, origin_country, market_country,
    unit_count, hazard, injury_severity, injured_count, death_count, wto_symbol, loss_cny, compliance_cost_cny, narrative,
    occurred_on, hazard_category, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_enterprise_reports
anti join superseded_enterprise_reports using (delivery_id, row_no);
