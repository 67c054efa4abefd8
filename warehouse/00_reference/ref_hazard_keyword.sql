-- ref_hazard_keyword: one row a regular expression (RE2, matched in lower case). Purpose: free text (recall reasons, complaints,
-- test items) -> hazard category and, where the words name it, the substance. Lower rank is preferred where one answer is wanted.
create or replace temp table ref_hazard_keyword as
select rank::integer as rank, pattern, hazard_category, nullif(substance, '') as substance
from read_csv(getvariable('reference_folder') || '/hazard_keywords.csv', header = true, all_varchar = true);
