-- Grain: one row of a delivery of rows that people decided on (asked_rows: the canonical rows of the layout's SQL).
-- Purpose: the same rows without the reasons that a person released; variable released holds them as "row_no|code: column".
-- Not: for files that somebody dropped.
select
    * replace (
        list_filter(
            reasons,
            lambda why: not list_contains(getvariable('released'), concat(row_no, '|', regexp_extract(why, '^[^=]*')))
        ) as reasons
    )
from asked_rows
