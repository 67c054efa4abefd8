-- Grain: product heading x origin of which an enterprise ($1) brought lots in, and on which consumers complained in the year before $2.
-- Purpose: complaints on the goods that it trades, whoever sold them; most complaints first.
-- Not: a table of the warehouse, nor complaints on the enterprise: most of these goods were another's.

with own as (
    select hs4, origin_country, count(*) as lot_count
    from core_lot
    where enterprise_code = $1 and direction = 'import' and hs4 <> 'unknown' and origin_country <> 'unknown'
    group by hs4, origin_country
)
select
    o.hs4, o.origin_country, o.lot_count, count(*) as complaint_count,
    count(*) filter (where coalesce(c.injured_count, 0) > 0 or coalesce(c.death_count, 0) > 0) as injury_count, max(c.received_on) as last_on
from own as o
inner join core_complaint as c on o.hs4 = c.hs4 and o.origin_country = c.origin_country
where c.received_on >= $2::date - 365
group by o.hs4, o.origin_country, o.lot_count
order by complaint_count desc, o.hs4, o.origin_country
limit 15;
