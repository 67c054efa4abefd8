-- Grain: one source of the night.
-- Purpose: the page of the sources reads mart_source_freshness.
-- Not: a table of the warehouse; how often a source is due stands in its declaration.

select * from mart_source_freshness order by source;
