-- ref_country_alias: one row a spelling (compared by match_key). Purpose: any name or code of a country -> ISO alpha-2, or
-- 'unknown' where the text itself says that the origin is not known ("unknown origin", 国别不详, GACC 701).
-- Not: fuzzy matching; a spelling that is not listed is not recognised. Three digits are GACC legacy codes, never ISO numeric.
create or replace temp table ref_country_alias as
select match_key(alias) as alias_key, min(alias) as alias, min(country_code) as country_code, count(distinct country_code) as code_count
from read_csv(getvariable('reference_folder') || '/country_aliases.csv', header = true, all_varchar = true)
group by match_key(alias);
