-- Grain: one notification of a foreign authority (system + reference) x origin country x hazard category x substance.
-- Purpose: what other authorities found, cell by cell; direction is 'export' where the origin is China, else 'import'.
-- Not: something to count by rows (count distinct event_key), and not a rate: it follows how much others control.

create or replace table core_alert as
select
    system, reference,
    -- References and event numbers of two systems may look alike.
    concat(system, ':', coalesce(event_key, reference)) as event_key,
    notifying_country, coalesce(origin_country, 'unknown') as origin_country,
    case when origin_country = 'CN' then 'export' else 'import' end as direction, product_category, product_name,
    coalesce(product_scheme, upper(system)) as product_scheme, coalesce(product_code, 'unknown') as product_code,
    coalesce(hs4, 'unknown') as hs4, coalesce(hs2, 'unknown') as hs2, hazard_category, substance, classification, risk_decision,
    coalesce(is_grave, false) as is_grave, subject, url, cast(date_trunc('week', event_on) as date) as week, delivery_id, file_name,
    row_no, event_on, received_on, delivered_on, known_on, flags, is_dated
from stg_alert_cells;
