-- Grain: dimension x value of the evidence of a warning ($1).
-- Purpose: who and what is behind it: origins, hazards, ports, enterprises, sources.
-- Not: a table of the warehouse. Counts the evidence that the night keeps (at most 500 events a warning).

with told as (
    select evidence_no, unnest([
        {'dimension': 'origin_country', 'code': origin_country}, {'dimension': 'hazard_category', 'code': hazard_category},
        {'dimension': 'port_code', 'code': port_code}, {'dimension': 'enterprise_code', 'code': enterprise_code},
        {'dimension': 'source', 'code': source}
    ]) as one
    from mart_warning_evidence
    where warning_id = $1
)
select one.dimension as dimension, one.code as code, count(distinct evidence_no) as event_count
from told
where one.code is not null
group by all
order by dimension, event_count desc, code;
