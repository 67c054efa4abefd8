-- Grain: active warning, only its id, in the order of the list.
-- Purpose: the order of the console's list, from which pages are cut. $1 search text, $2 colours, $3 product code, $4 origin, $5 hazard,
-- $6 indicator, $7 raised after this night, $8 closed ones too, $9 order.
-- Not: a table of the warehouse, nor what people decided, which the case store holds.

select w.warning_id
from mart_warnings as w
where
    ($8 or w.status in ('open', 'quiet'))
    and ($1 is null or contains(lower(concat_ws(
        ' ', w.warning_id, w.product_code, w.product_name_zh, w.product_name_en, w.origin_country, w.hazard_category, w.substance,
        w.reason_zh, w.reason_en
    )), lower($1)))
    and ($2 is null or list_contains($2::varchar[], w.level))
    and ($3 is null or starts_with(w.product_code, $3))
    and ($4 is null or w.origin_country = $4)
    and ($5 is null or w.hazard_category = $5)
    and ($6 is null or w.indicator_id = $6)
    and ($7::date is null or w.first_raised_on > $7::date)
order by
    case when $9 = 'product' then w.product_code when $9 = 'origin' then w.origin_country end,
    case when $9 = 'newest' then -datediff('day', date '2000-01-01', w.first_raised_on) end,
    case when $9 = 'ratio' then -w.ratio_lower end,
    case w.level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end, w.first_raised_on desc, w.warning_id;
