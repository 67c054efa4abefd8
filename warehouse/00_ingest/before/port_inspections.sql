-- Grain: one combination of countries and enterprise, one combination of countries, one enterprise, as this delivery of port inspections
-- writes them. Purpose: each spelling and each code is looked at once, not once a row. Not: for other sources, whose rows are few.
create or replace temp table parties_delivered as
select distinct origin_country, departure_country, trading_country, enterprise_code from delivered_cells;

create or replace temp table countries_delivered as
with written as materialized (
    select distinct origin_country, departure_country, trading_country from parties_delivered
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
left join codes as trading on trading.cell = w.trading_country;

create or replace temp table enterprises_delivered as
with written as materialized (
    select distinct enterprise_code as cell, upper(clean_text(enterprise_code)) as enterprise_code from parties_delivered
)
select cell, enterprise_code, enterprise_code_flag(enterprise_code) as enterprise_flag
from written
where cell is not null;

drop table parties_delivered;
