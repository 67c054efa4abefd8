-- Grain: one series above the product x origin cell that exists: scope x direction x product (or chapter) x origin x hazard x substance.
-- Purpose: an aggregate is a series of its own once something happened in more than one of its cells; before that it only repeats one.
-- Only the levels asked for (stg_level) are built.
-- Not: a count, nor product_hazard, which exists wherever its hazard occurred. Unnamed products, origins, hazards and substances are in
-- no aggregate over named ones: a jump there tells of the records, not of the goods.

create or replace temp table series_aggregate as
with happened as (
    select distinct direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance
    from core_event
    where product_code <> 'unknown'
),
lanes as (
    select distinct direction, product_scheme, product_code, chapter, origin_country from happened
),
hazards as (
    select distinct direction, product_scheme, product_code, chapter, origin_country, hazard_category
    from happened
    where hazard_category <> 'unknown'
),
substances as (
    select distinct direction, product_scheme, product_code, origin_country, hazard_category, substance
    from happened
    where hazard_category <> 'unknown' and substance <> 'unknown'
)
select
    'product' as scope, direction, product_scheme, product_code, '*' as origin_country, '*' as hazard_category, '*' as substance
from lanes
where 'product' in (select scope from stg_level)
group by direction, product_scheme, product_code
having count(distinct origin_country) > 1
union all
select 'origin', direction, product_scheme, '*', origin_country, '*', '*'
from lanes
where 'origin' in (select scope from stg_level) and origin_country <> 'unknown'
group by direction, product_scheme, origin_country
having count(distinct product_code) > 1
union all
select 'chapter_origin', direction, product_scheme, chapter, origin_country, '*', '*'
from lanes
where 'chapter_origin' in (select scope from stg_level) and chapter <> 'unknown' and origin_country <> 'unknown'
group by direction, product_scheme, chapter, origin_country
having count(distinct product_code) > 1
union all
select 'chapter_hazard', direction, product_scheme, chapter, '*', hazard_category, '*'
from hazards
where 'chapter_hazard' in (select scope from stg_level) and chapter <> 'unknown'
group by direction, product_scheme, chapter, hazard_category
having count(distinct product_code) > 1
union all
select 'hazard_origin', direction, product_scheme, '*', origin_country, hazard_category, '*'
from hazards
where 'hazard_origin' in (select scope from stg_level) and origin_country <> 'unknown'
group by direction, product_scheme, origin_country, hazard_category
having count(distinct product_code) > 1
union all
select 'product_substance', direction, product_scheme, product_code, '*', hazard_category, substance
from substances
where 'product_substance' in (select scope from stg_level)
group by direction, product_scheme, product_code, hazard_category, substance
having count(distinct origin_country) > 1
union all
select 'substance', direction, product_scheme, '*', '*', hazard_category, substance
from substances
where 'substance' in (select scope from stg_level)
group by direction, product_scheme, hazard_category, substance
having count(distinct product_code) > 1;
