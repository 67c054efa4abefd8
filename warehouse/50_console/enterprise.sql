-- Grain: one enterprise ($1).
-- Purpose: the file of an enterprise reads mart_enterprise_profile.
-- Not: a table of the warehouse.

select * from mart_enterprise_profile where enterprise_code = $1;
