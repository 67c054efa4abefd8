-- ref_hazard_category: one row a hazard category that riskwarn counts by. Purpose: names, domain, default severity (1-4) and why.
-- Not: the severity of one case, which an injury or an officer may raise.
create or replace temp table ref_hazard_category as
select hazard_category, name_en, name_zh, domain, severity, severity_reason, source_note
from read_csv(getvariable('reference_folder') || '/hazard_categories.csv', header = true, all_varchar = true);
