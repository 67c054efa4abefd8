-- Grain: one inspected lot, as ingest leaves it (lake/typed); getvariable('row_count') of them.
-- Purpose: the delivery that bench_checks.py checks; where getvariable('is_bad'), every row fails several critical rules.
-- Not: realistic: no seasons, no events (riskwarn demo has them).
select
    '2026-11-19_000000000000' as delivery_id, 'big.csv' as file_name, i + 2 as row_no,
    date '2024-01-01' + (i % 700)::int as event_on, date '2024-01-04' + (i % 700)::int as received_on,
    date '2026-11-19' as delivered_on, date '2026-11-19' as known_on, []::text[] as flags,
    case when getvariable('is_bad') then null else 'I' || lpad(i::text, 12, '0') end as inspection_id,
    case when i % 5 = 0 then 'export' else 'import' end as direction,
    lpad((i % 1000000)::text, 18, '2') as declaration_no, 1 as declaration_line,
    '2200' as declaration_customs, '2201' as entry_exit_customs, 'CN' || (i % 50) as port_code, 'port' as inspection_place,
    'statutory' as inspection_basis, ['random', 'targeted', 'follow_up'][1 + i % 3] as selection,
    lpad((i % 75 + 1)::text, 2, '0') || lpad((i % 9000)::text, 4, '0') || '0000' as hs_code, '101' as ciq3,
    'product ' || (i % 3000) as product_name, null::text as brand, null::text as model, 'B' || (i % 10000) as batch_no,
    null::date as produced_on, null::text as gtin, ['DE', 'US', 'JP', 'VN', 'IN', 'unknown'][1 + i % 6] as origin_country,
    'DE' as departure_country, 'HK' as trading_country, '91110000' || lpad((i % 10000)::text, 10, '0') as enterprise_code,
    'E' || (i % 10000) as enterprise_name, null::text as overseas_manufacturer, null::text as overseas_registration_no,
    '0110' as trade_mode, case when getvariable('is_bad') then -1.0 else (i % 1000) * 1.5 end as quantity, 'kg' as quantity_unit,
    (i % 5000) * 10.0 as value_amount, 'USD' as currency,
    case when getvariable('is_bad') then 'lost' when i % 40 = 0 then 'fail' else 'pass' end as result, 'release' as disposition,
    'R' || i as report_no, date '2024-01-01' + (i % 700)::int as sampled_on,
    date '2024-01-03' + (i % 700)::int - case when getvariable('is_bad') then 9 else 0 end as resulted_on,
    date '2024-01-04' + (i % 700)::int as released_on, []::text[] as reasons, false as is_duplicate, null::text as row_json
from range(getvariable('row_count')) as numbers(i)
