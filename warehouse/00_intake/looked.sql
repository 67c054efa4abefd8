-- Grain: one row of a file that is read once more, up to the last one wanted (looked_at: its cells by canonical column).
-- Purpose: rows are numbered as they are read, so these are the first ones; variable last_wanted says how many.
-- Not: the text of the line, which may hold personal data of columns that are dropped.
create or replace temp table looked as
select * exclude (row_text)
from looked_at
where row_no <= getvariable('last_wanted');
