-- ref_product_keyword: one row a phrase in one scheme. Purpose: systems that name no product category (openFDA, CPSC): product text ->
-- category; the lowest rank found wins. Not: exact; rows so classed are flagged product_category_inferred.
create or replace temp table ref_product_keyword as
select product_scheme, rank, needle_key(phrase) as needle_key, needle_of(phrase) as needle, product_code
from (
    select product_scheme, rank::integer as rank, unnest(string_split(phrases, '|')) as phrase, product_code
    from read_csv(getvariable('reference_folder') || '/product_keywords.csv', header = true, all_varchar = true)
);
