-- ref_product_alias: one row a spelling of a product category in one scheme (the names and the code of each category, and the listed
-- others). Purpose: several eras' spellings -> one code, so that a change of vocabulary is not a change of risk.
create or replace temp table ref_product_alias as
with category as (
    select product_scheme, product_code, name_en, name_zh
    from read_csv(getvariable('reference_folder') || '/product_categories.csv', header = true, all_varchar = true)
),
spelling as (
    select product_scheme, alias, product_code
    from read_csv(getvariable('reference_folder') || '/product_aliases.csv', header = true, all_varchar = true)
    union all
    select product_scheme, unnest([name_en, name_zh, replace(product_code, '_', ' ')]) as alias, product_code
    from category
)
select
    product_scheme, match_key(alias) as alias_key, min(alias) as alias, min(product_code) as product_code,
    count(distinct product_code) as code_count
from spelling
group by product_scheme, match_key(alias);
