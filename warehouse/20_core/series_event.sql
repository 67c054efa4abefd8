-- Grain: one event (core_event) at each level above the product x origin cell, product_hazard excepted: its row once a level.
-- Purpose: where an event would be counted if that aggregate exists (series_aggregate says which do).
-- Not: a count: an event with two hazards has several rows a level.

create or replace temp view series_event as
with named as (
    select
        direction, product_scheme, product_code, chapter, origin_country, hazard_category, substance, week, indicator_base, selection,
        event_key, hazard_category <> 'unknown' as is_hazard_named, origin_country <> 'unknown' as is_origin_named,
        chapter <> 'unknown' as is_in_chapter
    from core_event
    where product_code <> 'unknown'
)
select
    'product' as scope, direction, product_scheme, product_code, '*' as origin_country, '*' as hazard_category, '*' as substance, week,
    indicator_base, selection, event_key
from named
where 'product' in (select scope from stg_level)
union all
select 'origin', direction, product_scheme, '*', origin_country, '*', '*', week, indicator_base, selection, event_key
from named
where 'origin' in (select scope from stg_level) and is_origin_named
union all
select 'chapter_origin', direction, product_scheme, chapter, origin_country, '*', '*', week, indicator_base, selection, event_key
from named
where 'chapter_origin' in (select scope from stg_level) and is_in_chapter and is_origin_named
union all
select 'chapter_hazard', direction, product_scheme, chapter, '*', hazard_category, '*', week, indicator_base, selection, event_key
from named
where 'chapter_hazard' in (select scope from stg_level) and is_in_chapter and is_hazard_named
union all
select 'hazard_origin', direction, product_scheme, '*', origin_country, hazard_category, '*', week, indicator_base, selection, event_key
from named
where 'hazard_origin' in (select scope from stg_level) and is_hazard_named and is_origin_named
union all
select
    'product_substance', direction, product_scheme, product_code, '*', hazard_category, substance, week, indicator_base, selection,
    event_key
from named
where 'product_substance' in (select scope from stg_level) and is_hazard_named and substance <> 'unknown'
union all
select 'substance', direction, product_scheme, '*', '*', hazard_category, substance, week, indicator_base, selection, event_key
from named
where 'substance' in (select scope from stg_level) and is_hazard_named and substance <> 'unknown';
