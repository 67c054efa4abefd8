-- Grain: hazard category found in the lots of an enterprise ($1).
-- Purpose: what was wrong, in how many lots, when last, and the substances or items that were found most often.
-- Not: a table of the warehouse; a lot with two hazards counts under both.

with found as (
    select f.hazard_category, coalesce(f.substance, f.item) as substance, l.inspection_id, l.event_on
    from core_finding as f
    inner join core_lot as l on f.inspection_id = l.inspection_id
    where l.enterprise_code = $1
),
counted as (
    select hazard_category, substance, count(distinct inspection_id) as lots
    from found
    where substance is not null
    group by hazard_category, substance
),
named as (
    select hazard_category, list(substance order by lots desc, substance)[1:3] as substances
    from counted
    group by hazard_category
)
select
    coalesce(f.hazard_category, 'unknown') as hazard_category, count(distinct f.inspection_id) as lot_count, max(f.event_on) as last_on,
    any_value(n.substances) as substances
from found as f
left join named as n on f.hazard_category is not distinct from n.hazard_category
group by f.hazard_category
order by lot_count desc, hazard_category;
