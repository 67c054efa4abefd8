-- Grain: foreign measure x market that enterprises met as a barrier, one page of them with how many there are in all.
-- Purpose: what it cost by the enterprises' own word, heaviest first, beside the newest document of the measure; $1 words of symbol or
-- title, $2 market (NULL: no filter), $3 rows, $4 offset.
-- Not: a table of the warehouse, nor the cost of the measures: only what was reported, unverified.

select
    b.family, b.market_country, b.barrier_count, b.enterprise_count, b.loss_cny, b.compliance_cost_cny, b.first_seen_on, b.last_seen_on,
    n.symbol, n.title, count(*) over () as total
from mart_wto_barriers as b
left join mart_wto_notifications as n on b.family = upper(n.family) and n.is_newest_of_family
where
    ($1 is null or contains(lower(concat_ws(' ', b.family, n.title)), lower($1)))
    and ($2 is null or b.market_country = $2)
order by coalesce(b.loss_cny, 0) + coalesce(b.compliance_cost_cny, 0) desc, b.barrier_count desc, b.family, b.market_country
limit $3 offset $4;
