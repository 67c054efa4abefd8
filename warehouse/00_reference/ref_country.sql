-- ref_country: one row a country or customs territory. Purpose: codes and display names, our own reviewed file.
-- Not: a statement on the status of any territory. All columns are text, so that Namibia's 'NA' stays what it is.
create or replace temp table ref_country as
select country_code, alpha3, gacc_code, name_en, name_zh, note
from read_csv(getvariable('reference_folder') || '/countries.csv', header = true, all_varchar = true);
