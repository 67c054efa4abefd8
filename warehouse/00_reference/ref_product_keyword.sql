-- ref_product_keyword: one row a regular expression (RE2, matched in lower case) in one scheme. Purpose: systems that name no
-- product category (openFDA, CPSC): product text -> category; the lowest rank that matches wins. Not: exact; rows so classed are flagged.
create or replace temp table ref_product_keyword as
select product_scheme, rank::integer as rank, pattern, product_code
from read_csv(getvariable('reference_folder') || '/product_keywords.csv', header = true, all_varchar = true);
