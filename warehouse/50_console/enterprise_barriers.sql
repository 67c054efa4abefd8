-- Grain: report of an enterprise ($1) of a foreign measure that it met, the newest fifty.
-- Purpose: which measures cost it what, by its own word.
-- Not: a table of the warehouse; nor the measures ahead that may hit it (measures.sql).

select
    report_id, wto_symbol, hs4, product_name, market_country, loss_cny, compliance_cost_cny, event_on, received_on, file_name, row_no
from core_enterprise_report
where enterprise_code = $1 and report_type = 'technical_barrier'
order by received_on desc, report_id
limit 50;
