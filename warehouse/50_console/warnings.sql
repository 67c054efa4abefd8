-- Grain: one active warning, one page of them, with how many there are in all.
-- Purpose: the list of the console. $1 search text, $2 colours, $3 product code, $4 origin, $5 hazard, $6 indicator, $7 raised after this
-- night, $8 only these ids (NULL: no filter), $9 closed ones too, $10 order, $11 rows, $12 offset.
-- Not: a table of the warehouse, nor what people decided, which the case store holds.

with found as (
    select
        w.*,
        case w.level when 'red' then 0 when 'orange' then 1 when 'yellow' then 2 else 3 end as gravity
    from mart_warnings as w
    where
        ($9 or w.status in ('open', 'quiet'))
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
        and ($8 is null or w.warning_id in (select unnest($8::varchar[])))
)
select f.*, count(*) over () as total
from found as f
order by
    case when $10 = 'product' then f.product_code when $10 = 'origin' then f.origin_country end,
    case when $10 = 'newest' then -datediff('day', date '2000-01-01', f.first_raised_on) end,
    case when $10 = 'ratio' then -f.ratio_lower end,
    f.gravity, f.first_raised_on desc, f.warning_id
limit $11 offset $12;
