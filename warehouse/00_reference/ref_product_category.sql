-- ref_product_category: one row a product category of a foreign system. Purpose: names, and HS heading or chapter where that is
-- honest ('unknown' where a category spans chapters).
create or replace temp table ref_product_category as
select product_scheme, product_code, name_en, name_zh, hs4, hs2
from read_csv(getvariable('reference_folder') || '/product_categories.csv', header = true, all_varchar = true);
