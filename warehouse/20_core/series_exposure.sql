-- Grain: scope x direction x HS heading (or chapter) x origin x hazard category x substance x week (its Monday).
-- Purpose: the lots among which a series' events are sought. A hazard series has those of its product (and origin), whatever the hazard;
-- an aggregate over products those of all its products, at hazard and substance levels of the products in which it ever occurred.
-- Not: additive over scopes. Only products with an HS code have exposures.

create or replace temp view series_exposure as
with product_week as (
    select
        direction, product_code, week, cast(sum(declared_lots) as bigint) as declared_lots,
        cast(sum(inspected_random) as bigint) as inspected_random, cast(sum(inspected_targeted) as bigint) as inspected_targeted,
        cast(sum(inspected) as bigint) as inspected
    from series_lane_week
    group by direction, product_code, week
),
named_lanes as (
    select * from series_lane_week
    where product_code <> 'unknown'
),
named_products as (
    select * from product_week
    where product_code <> 'unknown'
),
-- A hazard series exists once its hazard occurred; from then on every inspected week belongs to it, also the earlier ones:
-- a zero out of a hundred lots is knowledge, a missing row would be none. Failures of an unnamed hazard are no series of one
-- hazard: they are counted, and their lots stand in the product's own row.
hazard_series as (
    select distinct direction, product_code, origin_country, hazard_category
    from core_event
    where product_scheme = 'HS' and hazard_category <> 'unknown'
),
product_hazards as (
    select distinct direction, product_code, hazard_category from hazard_series
),
product_substances as (
    select distinct direction, product_code, hazard_category, substance
    from core_event
    where product_scheme = 'HS' and product_code <> 'unknown' and hazard_category <> 'unknown' and substance <> 'unknown'
),
aggregates as (
    select * from series_aggregate where product_scheme = 'HS'
),
over_products as (
    select
        'origin' as scope, direction, '*' as product_code, origin_country, '*' as hazard_category, '*' as substance, week,
        cast(sum(declared_lots) as bigint) as declared_lots, cast(sum(inspected_random) as bigint) as inspected_random,
        cast(sum(inspected_targeted) as bigint) as inspected_targeted, cast(sum(inspected) as bigint) as inspected
    from named_lanes
    where 'origin' in (select scope from stg_level)
    group by direction, origin_country, week
    union all
    select
        'chapter_origin', direction, left(product_code, 2) as chapter, origin_country, '*', '*', week,
        cast(sum(declared_lots) as bigint) as declared_lots, cast(sum(inspected_random) as bigint) as inspected_random,
        cast(sum(inspected_targeted) as bigint) as inspected_targeted, cast(sum(inspected) as bigint) as inspected
    from named_lanes
    where 'chapter_origin' in (select scope from stg_level)
    group by direction, chapter, origin_country, week
    union all
    select
        'hazard_origin', e.direction, '*', e.origin_country, s.hazard_category, '*', e.week,
        cast(sum(e.declared_lots) as bigint) as declared_lots, cast(sum(e.inspected_random) as bigint) as inspected_random,
        cast(sum(e.inspected_targeted) as bigint) as inspected_targeted, cast(sum(e.inspected) as bigint) as inspected
    from named_lanes as e
    inner join product_hazards as s on e.direction = s.direction and e.product_code = s.product_code
    where 'hazard_origin' in (select scope from stg_level)
    group by e.direction, e.origin_country, s.hazard_category, e.week
    union all
    select
        'chapter_hazard', e.direction, left(e.product_code, 2) as chapter, '*', s.hazard_category, '*', e.week,
        cast(sum(e.declared_lots) as bigint) as declared_lots, cast(sum(e.inspected_random) as bigint) as inspected_random,
        cast(sum(e.inspected_targeted) as bigint) as inspected_targeted, cast(sum(e.inspected) as bigint) as inspected
    from named_products as e
    inner join product_hazards as s on e.direction = s.direction and e.product_code = s.product_code
    where 'chapter_hazard' in (select scope from stg_level)
    group by e.direction, chapter, s.hazard_category, e.week
    union all
    select
        'substance', e.direction, '*', '*', s.hazard_category, s.substance, e.week,
        cast(sum(e.declared_lots) as bigint) as declared_lots, cast(sum(e.inspected_random) as bigint) as inspected_random,
        cast(sum(e.inspected_targeted) as bigint) as inspected_targeted, cast(sum(e.inspected) as bigint) as inspected
    from named_products as e
    inner join product_substances as s on e.direction = s.direction and e.product_code = s.product_code
    where 'substance' in (select scope from stg_level)
    group by e.direction, s.hazard_category, s.substance, e.week
)
select
    'product_origin' as scope, direction, product_code, origin_country, '*' as hazard_category, '*' as substance, week, declared_lots,
    inspected_random, inspected_targeted, inspected
from series_lane_week
union all
select
    'product_origin_hazard', e.direction, e.product_code, e.origin_country, s.hazard_category, '*', e.week, e.declared_lots,
    e.inspected_random, e.inspected_targeted, e.inspected
from series_lane_week as e
inner join hazard_series as s
    on e.direction = s.direction and e.product_code = s.product_code and e.origin_country = s.origin_country
union all
select
    'product_hazard', e.direction, e.product_code, '*', s.hazard_category, '*', e.week, e.declared_lots, e.inspected_random,
    e.inspected_targeted, e.inspected
from product_week as e
inner join product_hazards as s on e.direction = s.direction and e.product_code = s.product_code
union all
select
    a.scope, e.direction, e.product_code, '*', a.hazard_category, a.substance, e.week, e.declared_lots, e.inspected_random,
    e.inspected_targeted, e.inspected
from named_products as e
inner join aggregates as a
    on
        a.scope in ('product', 'product_substance')
        and e.direction = a.direction
        and e.product_code = a.product_code
union all
select o.*
from over_products as o
inner join aggregates as a
    on
        o.scope = a.scope
        and o.direction = a.direction
        and o.product_code = a.product_code
        and o.origin_country = a.origin_country
        and o.hazard_category = a.hazard_category
        and o.substance = a.substance;
