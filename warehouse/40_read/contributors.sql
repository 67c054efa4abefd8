-- Grain: warning x dimension x value: in how many distinct events of the warning it occurs; dimension 'all' gives the events themselves.
-- Purpose: who and what is behind a warning: origins, hazards, ports, enterprises, sources, and the deaths.
-- Not: additive over values: an event may name several hazards. A query over the relation evidence_wanted, like evidence.sql.

with cells as (
    select w.warning_id, e.*
    from evidence_wanted as w
    inner join core_event as e
        on
            e.indicator_base = w.indicator_base
            and e.direction = w.direction
            and e.product_scheme = w.product_scheme
            and e.product_code = w.product_code
            and (w.origin_country = '*' or e.origin_country = w.origin_country)
            and (w.hazard_category = '*' or e.hazard_category = w.hazard_category)
            and (w.substance = '*' or e.substance = w.substance)
            and (w.selection is null or e.selection = w.selection)
            and (w.source is null or e.source = w.source)
            and e.week between w.from_week and w.to_week
),
named as (
    select warning_id, event_key, source, 'origin_country' as dimension, origin_country as code from cells
    union all
    select warning_id, event_key, source, 'hazard_category', hazard_category from cells
    union all
    select warning_id, event_key, source, 'port_code', port_code from cells
    union all
    select warning_id, event_key, source, 'enterprise_code', enterprise_code from cells
    union all
    select warning_id, event_key, source, 'source', source from cells
    union all
    select warning_id, event_key, source, 'all', 'all' from cells
    union all
    select warning_id, event_key, source, 'death', 'death' from cells where death_count > 0
)
select warning_id, dimension, code, count(distinct (source, event_key)) as event_count
from named
where code is not null
group by warning_id, dimension, code
order by warning_id, dimension, event_count desc, code;
