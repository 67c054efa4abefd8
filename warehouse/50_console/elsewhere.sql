-- Grain: another warning on the same product, or the same hazard and origin ($1: the warning).
-- Purpose: what an officer reads beside a warning: the same product elsewhere, foreign alerts on it.
-- Not: a table of the warehouse; nor the warnings of other nights.

select o.warning_id, o.level, o.status, o.indicator_id, o.reason_zh, o.reason_en, o.first_raised_on
from mart_warnings as w
inner join mart_warnings as o
    on
        o.warning_id <> w.warning_id
        and (
            (o.product_scheme = w.product_scheme and o.product_code = w.product_code and w.product_code <> '*')
            or (o.origin_country = w.origin_country and o.hazard_category = w.hazard_category and w.origin_country <> '*' and w.hazard_category <> '*')
        )
where w.warning_id = $1
order by o.first_raised_on desc, o.warning_id
limit 20;
