-- ref_hs_name: one row an HS chapter (2 digits) or heading (4 digits). Purpose: short names for screens and reasons.
-- Not: the legal text of the nomenclature, and not all headings.
create or replace temp table ref_hs_name as
select hs_code, name_en, name_zh
from read_csv(getvariable('reference_folder') || '/hs_names.csv', header = true, all_varchar = true);
