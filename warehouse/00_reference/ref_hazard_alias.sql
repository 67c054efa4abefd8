-- ref_hazard_alias: one row a spelling in one system ('*': any). Purpose: what a source calls a hazard -> our category.
-- Not: free text; see ref_hazard_keyword.
create or replace temp table ref_hazard_alias as
select
    system, match_key(alias) as alias_key, min(alias) as alias, min(hazard_category) as hazard_category,
    count(distinct hazard_category) as code_count
from read_csv(getvariable('reference_folder') || '/hazard_aliases.csv', header = true, all_varchar = true)
group by system, match_key(alias);
