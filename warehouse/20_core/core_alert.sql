-- Grain: one notification of a foreign authority (system + reference) x origin country x hazard category x substance.
-- Purpose: what other authorities found, cell by cell; direction is 'export' where the origin is China, else 'import'.
-- Not: something to count by rows (count distinct event_key), and not a rate: it follows how much others control.

create or replace table core_alert as
select
    a.system, a.reference,
    -- References and event numbers of two systems may look alike.
    concat(a.system, ':', coalesce(a.event_key, a.reference)) as event_key,
    a.notifying_country, coalesce(a.origin_country, 'unknown') as origin_country,
    case when a.origin_country = 'CN' then 'export' else 'import' end as direction, a.product_category, a.product_name,
    coalesce(a.product_scheme, upper(a.system)) as product_scheme, coalesce(a.product_code, 'unknown') as product_code,
    coalesce(a.hs4, 'unknown') as hs4, coalesce(a.hs2, 'unknown') as hs2, a.hazard_category,
    coalesce(s.substance, a.substance) as substance, a.classification, a.risk_decision, coalesce(a.is_grave, false) as is_grave, a.subject,
    a.url, cast(date_trunc('week', a.event_on) as date) as week, a.delivery_id, a.file_name, a.row_no, a.event_on, a.received_on,
    a.delivered_on, a.known_on, a.flags, a.is_dated
from stg_alert_cells as a
left join core_substance as s on a.substance = s.substance_as_written
-- Two names of one substance in one notification are one cell.
qualify row_number() over (
    partition by a.system, a.reference, a.origin_country, a.hazard_category, coalesce(s.substance, a.substance) order by a.substance
) = 1;
