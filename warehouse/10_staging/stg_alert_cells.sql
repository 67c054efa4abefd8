-- Grain: one notification of a foreign authority x origin country x hazard (category and substance) it names.
-- Purpose: spells out the lists of stg_foreign_alerts; a notification without origin or hazard has the cell 'unknown'.
-- Not: something to count by rows: one notification naming two origins is two rows here.

create or replace temp view stg_alert_cells as
with origins as (
    select
        *,
        unnest(case when len(origin_countries) > 0 then list_distinct(origin_countries) else ['unknown'] end) as origin_country
    from stg_foreign_alerts
),
cells as (
    select
        *,
        unnest(case
            when len(hazards) > 0 then list_distinct(hazards)
            else [{'substance': 'unknown', 'hazard_category': 'unknown'}]
        end) as hazard
    from origins
)
select
    system, reference, event_key, notifying_country, origin_country, product_category, product_name, product_scheme,
    product_code, hs4, hs2, coalesce(hazard.hazard_category, 'unknown') as hazard_category,
    coalesce(hazard.substance, 'unknown') as substance, classification, risk_decision, is_grave, subject, url, delivery_id,
    file_name, row_no, event_on, received_on, delivered_on, known_on, flags,
    -- A list that carries no dates (Safety Gate) has a stand-in date, which must not look like a burst.
    not coalesce(list_contains(flags, 'date_missing'), false) as is_dated
from cells;
