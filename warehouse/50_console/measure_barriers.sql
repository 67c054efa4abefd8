-- Grain: report of an enterprise that it met one foreign measure, the newest hundred.
-- Purpose: the page of a measure; $1: its families in capitals. An addendum that was met is the measure met.
-- Not: a table of the warehouse, nor the cost of the measure: only what was reported, unverified.

with told as (
    select
        report_id, enterprise_code, enterprise_name, hs4, product_name, coalesce(market_country, 'unknown') as market_country, loss_cny,
        compliance_cost_cny, received_on, file_name, row_no,
        string_split_regex(upper(regexp_replace(coalesce(wto_symbol, ''), '[ \t]', '', 'g')), '[,;、；，\n]') as symbols
    from core_enterprise_report
    where wto_symbol is not null
)
select * exclude (symbols)
from told
where len(list_filter(symbols, lambda one: list_contains($1::varchar[], regexp_replace(one, '(/(ADD|CORR|REV|SUPPL)\.\d+)+$', '')))) > 0
order by received_on desc, report_id
limit 100;
