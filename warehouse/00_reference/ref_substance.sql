-- ref_substance: one row a spelling (spelling_key; is_open: the beginning of longer ones). Purpose: what records call a substance -> one
-- name, its CAS number (where one number is meant, else NULL), Chinese name, and who reviewed the line (NULL: nobody yet).
-- Not: its hazard category; see ref_hazard_alias.
create or replace temp table ref_substance as
with listed as (
    select
        lower(substance) as substance, cas_no, substance_zh, reviewed_by,
        unnest(string_split(concat_ws('|', substance, substance_zh, spellings), '|')) as spelling
    from read_csv(getvariable('reference_folder') || '/substances.csv', header = true, all_varchar = true)
)
select
    match_key(spelling) as spelling_key, ends_with(spelling, '*') as is_open, min(spelling) as spelling, min(substance) as substance,
    min(cas_no) as cas_no, min(substance_zh) as substance_zh, min(reviewed_by) as reviewed_by, count(distinct substance) as code_count
from listed
where match_key(spelling) is not null
group by match_key(spelling), ends_with(spelling, '*');
