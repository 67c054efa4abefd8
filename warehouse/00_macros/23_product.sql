-- macro product_code_of(scheme, text): code of a product category in our file, 'unknown' where blank or not listed.
create or replace temp macro product_code_of(of_scheme, raw) as coalesce((
    select any_value(a.product_code)
    from ref_product_alias as a
    where a.product_scheme = of_scheme and a.alias_key = match_key(raw)
), 'unknown');

-- macro product_hs4(scheme, code), product_hs2(scheme, code): HS heading and chapter where honestly mappable, else 'unknown'.
create or replace temp macro product_hs4(of_scheme, of_code) as coalesce((
    select any_value(c.hs4) from ref_product_category as c where c.product_scheme = of_scheme and c.product_code = of_code
), 'unknown');
create or replace temp macro product_hs2(of_scheme, of_code) as coalesce((
    select any_value(c.hs2) from ref_product_category as c where c.product_scheme = of_scheme and c.product_code = of_code
), 'unknown');

-- macro product_code_in(scheme, text): category whose words the product text contains, the best ranked: in its first 60 characters, where
-- the name of the product stands, else in all of it; NULL where there is none.
create or replace temp macro product_code_in(of_scheme, raw) as (
    select arg_min(k.product_code, k.rank + case when contains(t.head, k.needle) then 0 else 100000 end)
    from (
        select words, head, unnest(keys_in(words)) as needle_key
        from (select words_in(raw) as words, words_in(left(raw, 60)) as head)
    ) as t
    join ref_product_keyword as k using (needle_key)
    where k.product_scheme = of_scheme and contains(t.words, k.needle)
);
