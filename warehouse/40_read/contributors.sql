-- Grain: warning x dimension x value: in how many distinct events of the warning it occurs; dimension 'all' gives the events themselves.
-- Purpose: who and what is behind a warning: origins, hazards, ports, enterprises, sources, and the deaths.
-- Not: additive over values: an event may name several hazards. A query over the relation evidence_wanted, like evidence.sql.

with named as (
    select warning_id, event_key, source, 'origin_country' as dimension, origin_country as code from wanted_events
    union all
    select warning_id, event_key, source, 'hazard_category', hazard_category from wanted_events
    union all
    select warning_id, event_key, source, 'product_code', product_code from wanted_events
    union all
    select warning_id, event_key, source, 'port_code', port_code from wanted_events
    union all
    select warning_id, event_key, source, 'enterprise_code', enterprise_code from wanted_events
    union all
    select warning_id, event_key, source, 'source', source from wanted_events
    union all
    select warning_id, event_key, source, 'all', 'all' from wanted_events
    union all
    select warning_id, event_key, source, 'death', 'death' from wanted_events where death_count > 0
)
select warning_id, dimension, code, count(distinct (source, event_key)) as event_count
from named
where code is not null
group by warning_id, dimension, code
order by warning_id, dimension, event_count desc, code;
