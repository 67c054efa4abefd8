-- Grain: one combination of origin, departure and trading country as this delivery of port inspections writes them.
-- Purpose: each spelling is looked up once, not once a row. Not: for other sources, whose rows are few.
create or replace temp table countries_delivered as
with written as (
    select distinct origin_country, departure_country, trading_country from delivered_cells
)
select
    origin_country, departure_country, trading_country,
    country_code(clean_text(origin_country)) as origin_code,
    country_code(clean_text(departure_country)) as departure_code,
    country_code(clean_text(trading_country)) as trading_code
from written
