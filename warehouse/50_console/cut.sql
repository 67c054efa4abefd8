-- Grain: night x opening that the review budget held back, one page of them with how many there are in all.
-- Purpose: the page of what was held back, newest night first. $1 words of product, origin, hazard or sentence (NULL: no filter), $2 only
-- those that no warning tells of tonight, $3 rows, $4 offset.
-- Not: a table of the warehouse.

select *, count(*) over () as total
from mart_warning_cut
where
    ($1 is null or contains(lower(concat_ws(
        ' ', warning_id, product_code, product_name_zh, product_name_en, origin_country, hazard_category, substance, reason_zh, reason_en
    )), lower($1)))
    and (not $2 or listed_as is null)
order by cut_on desc, cut_rank nulls last, warning_id
limit $3 offset $4;
