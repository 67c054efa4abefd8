-- Grain: active warning on a product ($1 scheme, $2 code) in a direction ($4) and on an origin ($3), or on all origins.
-- Purpose: what the machine says of a cell, gravest first.
-- Not: a table of the warehouse.

select
    warning_id, level, status, product_scheme, product_code, product_name_zh, product_name_en, origin_country, hazard_category, reason_zh, reason_en,
    first_raised_on
from mart_warnings
where product_scheme = $1 and product_code = $2 and origin_country in ($3, '*') and direction = $4 and status in ('open', 'quiet')
order by case level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end, first_raised_on desc, warning_id;
