-- Grain: foreign measure (family of its symbol) x market.
-- Purpose: what enterprises met, heaviest first, beside the newest document of the measure; $1: one family or NULL.
-- Not: a table of the warehouse: a query that the command line runs.

select
    b.family, b.market_country, b.barrier_count, b.enterprise_count, b.loss_cny, b.compliance_cost_cny, b.first_seen_on, b.last_seen_on,
    n.title, n.comment_deadline_on
from mart_wto_barriers as b
left join mart_wto_notifications as n on b.family = n.family and n.is_newest_of_family
where $1 is null or b.family = $1
order by coalesce(b.loss_cny, 0) + coalesce(b.compliance_cost_cny, 0) desc, b.barrier_count desc, b.family, b.market_country;
