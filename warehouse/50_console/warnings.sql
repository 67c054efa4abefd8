-- Grain: warning, those of one page ($1: ids), in the order of the ids.
-- Purpose: the rows of the console's list.
-- Not: a table of the warehouse, nor what people decided, which the case store holds.

select w.*
from (select unnest($1::varchar[]) as warning_id, generate_subscripts($1::varchar[], 1) as place) as wanted
inner join mart_warnings as w using (warning_id)
order by wanted.place;
