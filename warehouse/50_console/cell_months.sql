-- Grain: month with lots inspected or events of one product ($1 scheme, $2 code) and country ($3) in a direction ($4), from $5 to $6.
-- Purpose: how the cell of the table of products by country came about. The country is the origin; of alerts and reports on exports that
-- which raised the alert or took the goods, as in heat.sql. inspected: lots with a result.
-- Not: a table of the warehouse.

with happened as (
    select date_trunc('month', event_on) as month, 1 as inspected, is_failed::int as failed, null as complaint, null as alert, null as report
    from core_lot
    where $1 = 'HS' and hs4 = $2 and origin_country = $3 and direction = $4 and is_resulted and event_on between $5::date and $6::date
    union all
    select date_trunc('month', event_on), 0, 0, complaint_id, null, null
    from core_complaint
    where $1 = 'HS' and hs4 = $2 and origin_country = $3 and direction = $4 and event_on between $5::date and $6::date
    union all
    select date_trunc('month', event_on), 0, 0, null, event_key, null
    from core_alert
    where
        case when $1 = 'HS' then hs4 = $2 else product_scheme = $1 and product_code = $2 end
        and case when $4 = 'export' then notifying_country else origin_country end = $3
        and direction = $4 and event_on between $5::date and $6::date
    union all
    select date_trunc('month', event_on), 0, 0, null, null, report_id
    from core_enterprise_report
    where
        $1 = 'HS' and hs4 = $2 and case when $4 = 'export' then market_country else origin_country end = $3
        and direction = $4 and event_on between $5::date and $6::date
)
select
    strftime(month, '%Y-%m') as month, sum(inspected)::bigint as inspected, sum(failed)::bigint as failed,
    count(distinct complaint) as complaints, count(distinct alert) as alerts, count(distinct report) as reports
from happened
group by all
order by month;
