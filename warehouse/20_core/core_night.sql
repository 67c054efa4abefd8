-- Grain: one row.
-- Purpose: says which night this file is: it holds what was known before as_of and nothing younger.
-- Not: the time the file was built.

create or replace table core_night as
select as_of from stg_night;
