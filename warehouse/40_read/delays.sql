-- Grain: one event x what it counts as.
-- Purpose: when events since $1 happened and when they became known, from which reporting delay is estimated; is_live: delivered in
-- the ordinary way, not loaded as history, whose delivery took no time.
-- Not: a table of the warehouse: a query that the pipeline runs.

select indicator_base, event_key, min(event_on) as event_on, min(known_on) as known_on,
    bool_or(known_on >= delivered_on) as is_live
from core_event
where event_on >= $1
group by indicator_base, source, event_key
order by indicator_base, event_key;
