-- Grain: foreign alert of the last 52 weeks on the goods of a warning ($1) that the warning itself does not count.
-- Purpose: what other authorities met meanwhile, the same origin and hazard first. nearness: category (the foreign system's own), heading,
-- substance (of a warning over all products), chapter (then only with the same origin or the same hazard).
-- Not: a table of the warehouse; nor a rate: alerts follow how much others control.

with warned as (select * from mart_warnings where warning_id = $1),
own as (select distinct evidence_key from mart_warning_evidence where warning_id = $1 and source = 'foreign_alerts'),
seen as (
    select
        a.system, a.reference, a.event_on, a.notifying_country, a.origin_country, a.hazard_category, a.substance, a.product_name, a.subject, a.url,
        w.origin_country not in ('*', 'unknown') and a.origin_country = w.origin_country as is_same_origin,
        w.hazard_category not in ('*', 'unknown') and a.hazard_category = w.hazard_category as is_same_hazard,
        case
            when a.product_scheme = w.product_scheme and a.product_code = w.product_code then 'category'
            when a.hs4 <> 'unknown' and a.hs4 = w.product_code then 'heading'
            when w.product_code = '*' and w.substance <> '*' and a.substance = w.substance then 'substance'
            when
                a.hs2 <> 'unknown' and regexp_full_match(w.product_code, '[0-9]{2,10}') and a.hs2 = left(w.product_code, 2)
                and (is_same_origin or is_same_hazard) then 'chapter'
        end as nearness
    from core_alert as a
    cross join warned as w
    cross join core_night as n
    where a.direction = w.direction and a.event_on >= n.as_of - 364 and a.reference not in (select o.evidence_key from own as o)
),
told as (
    select
        system, reference, min(event_on) as event_on, min(notifying_country) as notifying_country,
        list_sort(list(distinct origin_country)) as origins,
        list_sort(list(distinct hazard_category) filter (where hazard_category <> 'unknown')) as hazards, min(product_name) as product_name,
        min(subject) as subject, min(url) as url, min(nearness) as nearness, bool_or(is_same_origin) as is_same_origin,
        bool_or(is_same_hazard) as is_same_hazard, bool_or(is_same_origin and is_same_hazard) as is_same_both
    from seen
    where nearness is not null
    group by system, reference
)
select *, count(*) over () as total
from told
order by is_same_both desc, is_same_origin desc, is_same_hazard desc, event_on desc, reference
limit 12;
