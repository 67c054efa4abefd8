-- Grain: family of WTO documents, by its newest one, that names the goods of a warning ($1).
-- Purpose: foreign measures beside a warning: on which HS code they agree, until when they may be commented on, how many exporters they
-- may hit. $2 families and $3 days of granted extensions. A family's codes count together: an addendum rarely repeats them.
-- Not: a table of the warehouse, nor a judgement that the measure and the warning have the same cause.

with warned as (select * from mart_warnings where warning_id = $1),
codes as (
    select product_code as code from warned where regexp_full_match(product_code, '[0-9]{2,10}')
    union
    -- A foreign system's category counts by the heading, else the chapter, that it honestly leads to.
    select case when a.hs4 <> 'unknown' then a.hs4 else a.hs2 end
    from core_alert as a
    inner join warned as w on a.product_scheme = w.product_scheme and a.product_code = w.product_code
    where a.hs2 <> 'unknown'
),
granted as (select unnest($2::varchar[]) as family, unnest($3::date[]) as granted_on),
families as (
    select
        family, list_distinct(flatten(list(hs_codes))) as hs_codes, max(comment_deadline_on) as comment_deadline_on,
        max(adoption_on) as adoption_on, max(entry_into_force_on) as entry_into_force_on
    from mart_wto_notifications
    group by family
),
agreeing as (
    select n.family, arg_max(n.code, least(length(n.code), length(c.code))) as hs_code, max(least(length(n.code), length(c.code))) as digits
    from (select family, unnest(hs_codes) as code from families) as n
    inner join codes as c on starts_with(n.code, c.code) or starts_with(c.code, n.code)
    where length(n.code) >= 2
    group by n.family
),
hit as (select family, count(distinct enterprise_code) as enterprise_count from mart_wto_matches where not is_broad group by family)
select
    n.notification_id, n.symbol, n.family, n.area, n.document_kind, n.title, n.notifying_country, n.distribution_on, a.hs_code, a.digits,
    coalesce(n.document_url, n.url) as document_url, coalesce(g.granted_on, f.comment_deadline_on) as comment_deadline_on,
    g.granted_on is not null as is_extended, f.adoption_on, f.entry_into_force_on,
    cast(date_diff('day', t.as_of, coalesce(g.granted_on, f.comment_deadline_on)) as bigint) as days_left,
    cast(coalesce(h.enterprise_count, 0) as bigint) as enterprise_count, n.notifying_country = w.origin_country as is_of_origin,
    count(*) over () as total
from agreeing as a
inner join mart_wto_notifications as n on a.family = n.family and n.is_newest_of_family
inner join families as f on a.family = f.family
cross join warned as w
cross join core_night as t
left join granted as g on a.family = g.family
left join hit as h on a.family = h.family
order by
    a.digits >= 4 desc, coalesce(coalesce(g.granted_on, f.comment_deadline_on) >= t.as_of, false) desc, coalesce(h.enterprise_count, 0) desc,
    n.distribution_on desc, n.notification_id
limit 8;
