-- Grain: foreign measure x enterprise, by its best match.
-- Purpose: what advisers work through: measures that may still be commented on or have no deadline; those that enterprises have already
-- met as a barrier first, then the most urgent. A report of a barrier also lifts a broad match onto the short list.
-- $1: one enterprise's code or NULL; $2: broad matches too; $3: at most so many rows; $4: also those whose comment
-- period is over; $5: families whose period a Member extended, whatever the document says.
-- Not: a table of the warehouse: a query that the command line runs.

with met as (
    select
        family, sum(barrier_count) as barrier_count, sum(loss_cny) as loss_cny, sum(compliance_cost_cny) as compliance_cost_cny
    from mart_wto_barriers
    where family <> 'unknown'
    group by family
)
select
    m.notification_id, m.symbol, m.family, m.area, m.title, m.enterprise_code, max(m.enterprise_name) as enterprise_name,
    m.market_country, arg_max(m.hs_code, m.score) as hs_code, arg_max(m.match_level, m.score) as match_level, arg_max(m.matched_words, m.score) as matched_words,
    max(m.score) as score, min(m.comment_deadline_on) as comment_deadline_on, min(m.days_left) as days_left,
    max(m.adoption_on) as adoption_on, max(m.entry_into_force_on) as entry_into_force_on,
    cast(coalesce(max(b.barrier_count), 0) as bigint) as barrier_count, max(b.loss_cny) as loss_cny,
    max(b.compliance_cost_cny) as compliance_cost_cny
from mart_wto_matches as m
left join met as b on m.family = b.family
where ($1 is null or m.enterprise_code = $1) and ($2 or not m.is_broad or b.family is not null) and
    (m.days_left is null or m.days_left >= 0 or $4 or list_contains($5::varchar[], m.family))
group by m.notification_id, m.symbol, m.family, m.area, m.title, m.enterprise_code, m.market_country
order by coalesce(max(b.barrier_count), 0) = 0, min(m.days_left) nulls last, max(m.score) desc, m.notification_id, m.enterprise_code
limit $3;
