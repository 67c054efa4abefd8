-- Grain: warning x dimension x value: in how many distinct events of the warning it occurs; dimension 'all' gives the events themselves.
-- Purpose: who and what is behind a warning: origins, hazards, ports, enterprises, sources, weeks, regions, what was bought online, the deaths.
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
    union all
    select warning_id, event_key, source, 'week', strftime(week, '%Y-%m-%d') from wanted_events
    union all
    -- The province: the first two digits of an area code, or the first two characters of a name.
    select e.warning_id, e.event_key, e.source, 'region', left(trim(c.region), 2)
    from wanted_events as e
    inner join core_complaint as c on e.source = 'consumer_complaints' and e.event_key = c.complaint_id
    union all
    select e.warning_id, e.event_key, e.source, 'online', 'online'
    from wanted_events as e
    inner join core_complaint as c on e.source = 'consumer_complaints' and e.event_key = c.complaint_id
    where c.platform is not null and not regexp_matches(lower(c.platform), '线下|门店|实体店|offline')
)
select warning_id, dimension, code, count(distinct (source, event_key)) as event_count
from named
where code is not null
group by warning_id, dimension, code
order by warning_id, dimension, event_count desc, code;
