-- Grain: market that a foreign measure ahead touches.
-- Purpose: the choices of the page's filter.
-- Not: a table of the warehouse.

select distinct market_country from mart_wto_matches order by market_country;
