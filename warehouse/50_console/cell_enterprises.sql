-- Grain: enterprise that brought lots with a result of one heading ($1) of one origin ($2) in a direction ($3), from $4 to $5.
-- Purpose: who is behind a cell, most failed lots first; the first twenty.
-- Not: a table of the warehouse; lots without an enterprise are one row with none.

select
    l.enterprise_code, max(d.enterprise_name) as enterprise_name, count(*) as inspected, count(*) filter (where l.is_failed) as failed,
    count(*) over () as total
from core_lot as l
left join core_lot_detail as d on l.inspection_id = d.inspection_id
where l.hs4 = $1 and l.origin_country = $2 and l.direction = $3 and l.is_resulted and l.event_on between $4::date and $5::date
group by l.enterprise_code
order by failed desc, inspected desc, l.enterprise_code
limit 20;
