-- Grain: one combination of origin, departure and trading country as this delivery of port inspections writes them.
-- Purpose: each spelling is looked up once, not once a row. Not: for other sources, whose rows are few.
create or replace temp table countries_delivered as
with written as materialized (
    select distinct origin_country, departure_country, trading_country from delivered_cells
),
spellings as (
    select origin_country as cell from written
    union
    select departure_country from written
    union
    select trading_country from written
),
codes as materialized (
    select cell, country_code(clean_text(cell)) as country_code from spellings
)
select
    w.origin_country, w.departure_country, w.trading_country,
    origin.country_code as origin_code, departure.country_code as departure_code, trading.country_code as trading_code
from written as w
left join codes as origin on origin.cell = w.origin_country
left join codes as departure on departure.cell = w.departure_country
left join codes as trading on trading.cell = w.trading_country
