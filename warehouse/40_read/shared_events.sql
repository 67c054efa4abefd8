-- Grain: pair of warnings that have events in common; of a warning with itself: all its events.
-- Purpose: whether two warnings tell of the same events, though neither series contains the other.
-- Not: a table of the warehouse: a query over wanted_events.

with events as (
    select distinct warning_id, indicator_base, source, event_key
    from wanted_events
)
select a.warning_id, b.warning_id as other_id, count(*) as event_count
from events as a
inner join events as b on a.indicator_base = b.indicator_base and a.source = b.source and a.event_key = b.event_key
group by a.warning_id, b.warning_id
order by a.warning_id, b.warning_id;
