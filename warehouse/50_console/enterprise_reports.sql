-- Grain: report of an enterprise ($1), the newest fifty, other than of measures met.
-- Purpose: defects, recalls, returns, rejections and injuries that it told of.
-- Not: a table of the warehouse; nor complaints, which name no enterprise.

select
    report_id, report_type, direction, hs4, product_name, origin_country, market_country, unit_count, hazard_category, injured_count,
    death_count, loss_cny, event_on, received_on, file_name, row_no
from core_enterprise_report
where enterprise_code = $1 and report_type <> 'technical_barrier'
order by received_on desc, report_id
limit 50;
