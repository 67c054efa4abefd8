-- Grain: direction x HS code x origin x customs district x week (its Monday).
-- Purpose: how many lots were declared, inspected or not: the true denominator where the authority delivers it.
-- Not: inspected lots (core_lot). Quantities may only be added within one unit, values within one currency.

create or replace table core_declared as
select
    direction, hs_code, coalesce(left(hs_code, 4), 'unknown') as hs4, coalesce(left(hs_code, 2), 'unknown') as hs2,
    coalesce(origin_country, 'unknown') as origin_country, customs_district, week, lots, quantity, quantity_unit, value_amount,
    currency, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from stg_declared_lots;
