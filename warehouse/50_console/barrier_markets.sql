-- Grain: market in which enterprises met a foreign measure.
-- Purpose: the choices of the filter of the barriers met.
-- Not: a table of the warehouse.

select distinct market_country from mart_wto_barriers order by market_country;
