-- Grain: product x country with at least one lot inspected (failed) or one event (complaints, alerts, reports) from $3 to $4.
-- Purpose: the table of products by country. $1 what is counted, $2 direction. The country is the origin; of exports, that which raised
-- the alert or to which the goods of a report went. inspected: lots with a result, NULL where no lots are counted.
-- Not: a table of the warehouse, nor a risk of the goods: lots are often chosen because they are expected to fail.

select
    'HS' as product_scheme, hs4 as product_code, origin_country as country, count(*) filter (where is_failed) as observed,
    count(*) as inspected
from core_lot
where $1 = 'failed' and direction = $2 and is_resulted and event_on between $3::date and $4::date
group by all
union all
select 'HS', coalesce(hs4, 'unknown'), coalesce(origin_country, 'unknown'), count(distinct complaint_id), null
from core_complaint
where $1 = 'complaints' and direction = $2 and event_on between $3::date and $4::date
group by all
union all
select
    product_scheme, coalesce(product_code, 'unknown'),
    coalesce(case when $2 = 'export' then notifying_country else origin_country end, 'unknown'),
    count(distinct event_key), null
from core_alert
where $1 = 'alerts' and direction = $2 and event_on between $3::date and $4::date
group by all
union all
select
    'HS', coalesce(hs4, 'unknown'), coalesce(case when $2 = 'export' then market_country else origin_country end, 'unknown'),
    count(distinct report_id), null
from core_enterprise_report
where $1 = 'reports' and direction = $2 and event_on between $3::date and $4::date
group by all
order by product_scheme, product_code, country;
