-- Grain: direction x product heading x selection of the lots of an enterprise ($1).
-- Purpose: its lots with a result and how many failed, beside those of all other enterprises of the same stratum.
-- Not: a table of the warehouse. Lots without an enterprise's code are nobody's and on neither side.

with like_own as (
    select direction, hs4, selection, enterprise_code = $1 as is_own, is_failed
    from core_lot
    where
        is_resulted and enterprise_code is not null
        and (direction, hs4, selection) in (select (direction, hs4, selection) from core_lot where enterprise_code = $1 and is_resulted)
)
select
    direction, hs4, selection, count(*) filter (where is_own) as inspected, count(*) filter (where is_own and is_failed) as failed,
    count(*) filter (where not is_own) as other_inspected, count(*) filter (where not is_own and is_failed) as other_failed
from like_own
group by direction, hs4, selection
order by direction, hs4, selection;
