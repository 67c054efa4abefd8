-- Grain: foreign measure x enterprise x market, by its best match, one page of them with how many there are in all.
-- Purpose: the page of measures ahead, by the rules of 40_read/measures.sql and riskwarn/measures.py: those that may still be commented
-- on or have no deadline, those that enterprises met as a barrier first, then the most urgent; a granted extension ends the period.
-- $1 code or words of the enterprise, $2 market, $3 broad matches too, $4 at most so many days left (NULL: no filter), $5 stage,
-- $6 families and $7 days of granted extensions, $8 the night, $9 rows, $10 offset, $11 words of symbol or title.
-- Not: a table of the warehouse, nor the measures that match nobody (mart_wto_notifications).

with met as (
    select family, sum(barrier_count) as barrier_count, sum(loss_cny) as loss_cny, sum(compliance_cost_cny) as compliance_cost_cny
    from mart_wto_barriers
    where family <> 'unknown'
    group by family
),
granted as (select unnest($6::varchar[]) as family, unnest($7::date[]) as granted_on),
matched as (
    select
        m.notification_id, m.symbol, m.family, m.area, m.title, m.enterprise_code, m.market_country,
        arg_max(m.enterprise_name, m.score) as enterprise_name, arg_max(m.hs_code, m.score) as hs_code,
        arg_max(m.match_level, m.score) as match_level, arg_max(m.matched_words, m.score) as matched_words, max(m.score) as score,
        coalesce(max(g.granted_on), min(m.comment_deadline_on)) as comment_deadline_on, max(g.granted_on) is not null as is_extended,
        max(m.adoption_on) as adoption_on, max(m.entry_into_force_on) as entry_into_force_on,
        cast(coalesce(max(b.barrier_count), 0) as bigint) as barrier_count, max(b.loss_cny) as loss_cny,
        max(b.compliance_cost_cny) as compliance_cost_cny
    from mart_wto_matches as m
    left join met as b on m.family = b.family
    left join granted as g on m.family = g.family
    where $3 or not m.is_broad or b.family is not null
    group by m.notification_id, m.symbol, m.family, m.area, m.title, m.enterprise_code, m.market_country
),
staged as (
    select
        *, cast(date_diff('day', $8::date, comment_deadline_on) as bigint) as days_left,
        case
            when entry_into_force_on <= $8::date then 'in_force'
            when adoption_on <= $8::date then 'adopted'
            when comment_deadline_on is null then 'no_deadline'
            else 'comments'
        end as stage
    from matched
    where comment_deadline_on is null or comment_deadline_on >= $8::date
)
select s.*, n.document_kind, coalesce(n.document_url, n.url) as document_url, count(*) over () as total
from staged as s
left join mart_wto_notifications as n on s.notification_id = n.notification_id
where
    ($1 is null or s.enterprise_code = $1 or contains(lower(concat_ws(' ', s.enterprise_code, s.enterprise_name)), lower($1)))
    and ($2 is null or s.market_country = $2)
    and ($4::bigint is null or s.days_left <= $4::bigint)
    and ($5 is null or s.stage = $5)
    and ($11 is null or contains(lower(concat_ws(' ', s.symbol, s.title)), lower($11)))
order by s.barrier_count = 0, s.days_left nulls last, s.score desc, s.notification_id, s.enterprise_code
limit $9 offset $10;
