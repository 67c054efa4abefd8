-- Grain: complaint, foreign alert or enterprise report on a product ($1 scheme, $2 code) and country ($3) in a direction ($4), from $5 to $6;
-- the newest thirty.
-- Purpose: from a cell to what people said of it. The country as in cell_months.sql.
-- Not: a table of the warehouse; an alert with several hazards is one row.

select source, event_key, event_on, told, hazard, url, count(*) over () as total
from (
    select 'consumer_complaints' as source, complaint_id as event_key, event_on, product_name as told, hazard_category as hazard, null as url
    from core_complaint
    where $1 = 'HS' and hs4 = $2 and origin_country = $3 and direction = $4 and event_on between $5::date and $6::date
    union all
    select 'foreign_alerts', event_key, max(event_on), max(coalesce(subject, product_name)), min(hazard_category), max(url)
    from core_alert
    where
        case when $1 = 'HS' then hs4 = $2 else product_scheme = $1 and product_code = $2 end
        and case when $4 = 'export' then notifying_country else origin_country end = $3
        and direction = $4 and event_on between $5::date and $6::date
    group by event_key
    union all
    select 'enterprise_reports', report_id, event_on, product_name, hazard_category, null
    from core_enterprise_report
    where
        $1 = 'HS' and hs4 = $2 and case when $4 = 'export' then market_country else origin_country end = $3
        and direction = $4 and event_on between $5::date and $6::date
)
order by event_on desc, source, event_key
limit 30;
