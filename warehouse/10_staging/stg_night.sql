-- Grain: one row, the night being built.
-- Purpose: hands the date of the night to the core as a table, so that core SQL needs no DuckDB variable.
-- Not: a clock. A night is named by the argument it was run with.

create or replace temp view stg_night as
select getvariable('as_of') as as_of;
