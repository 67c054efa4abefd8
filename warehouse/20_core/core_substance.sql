-- Grain: one name of a substance as findings and alerts write it (lower case).
-- Purpose: which names are one substance (warehouse/reference/substances.csv), so that its series is one; an unlisted name stays as written.
-- Not: a list of substances: several rows are one of them. Nobody has reviewed the list where reviewed_by is NULL.

create or replace table core_substance as
with written as (
    select substance as substance_as_written, match_key(substance) as spelling_key, count(*) as row_count
    from (
        select substance from stg_inspection_findings
        union all
        select substance from stg_alert_cells
    )
    where substance is not null and substance <> 'unknown'
    group by substance
),
listed as (
    select w.substance_as_written, w.row_count, r.substance, r.cas_no, r.substance_zh, r.reviewed_by
    from written as w
    left join ref_substance as r
        on
            left(w.spelling_key, 3) = left(r.spelling_key, 3)
            -- What lists several substances is none of them: the beginning of a name says nothing of the rest.
            and (
                w.spelling_key = r.spelling_key
                or (r.is_open and starts_with(w.spelling_key, r.spelling_key) and not regexp_matches(w.substance_as_written, '[,;]'))
            )
    qualify row_number() over (partition by w.substance_as_written order by length(r.spelling_key) desc nulls last, r.is_open) = 1
)
select
    substance_as_written, coalesce(substance, substance_as_written) as substance, cas_no, substance_zh, substance is not null as is_listed,
    reviewed_by, row_count
from listed;
