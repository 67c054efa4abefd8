-- Grain: warning of ours on a product that one foreign measure names, those that are open first; at most twenty.
-- Purpose: the page of a measure; $1: the HS codes of the measure. Codes agree where one begins with the other and both have four digits.
-- Not: a table of the warehouse; nor a warning about the measure.

select
    warning_id, level, status, direction, product_code, product_name_zh, product_name_en, origin_country, reason_zh, reason_en, first_raised_on
from mart_warnings
where
    product_scheme = 'HS' and length(product_code) >= 4
    and len(list_filter(
        $1::varchar[],
        lambda code: length(code) >= 4 and (starts_with(code, product_code) or starts_with(product_code, code))
    )) > 0
order by
    status not in ('open', 'quiet'), case level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end,
    first_raised_on desc, warning_id
limit 20;
