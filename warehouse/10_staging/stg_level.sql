-- Grain: one level (scope) that is built besides the cells.
-- Purpose: each level costs time on millions of lots; RISKWARN_LEVELS says whether those that no indicator judges are built too.
-- Not: what is judged, which the indicators say.

create or replace temp view stg_level as
select unnest(cast(getvariable('levels') as varchar[])) as scope;
