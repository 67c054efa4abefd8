-- Grain: enterprise x market that one foreign measure may hit, by its best match, those of whom it is surest first; at most 300 of them.
-- Purpose: the page of a measure; $1: its families in capitals.
-- Not: a table of the warehouse; nor a legal opinion.

with best as (
    select
        enterprise_code, market_country, arg_max(enterprise_name, score) as enterprise_name, arg_max(hs_code, score) as hs_code,
        arg_max(match_level, score) as match_level, arg_max(matched_words, score) as matched_words, max(score) as score,
        arg_max(is_broad, score) as is_broad, arg_max(origin_of_entry, score) as origin_of_entry
    from mart_wto_matches
    where list_contains($1::varchar[], upper(family))
    group by enterprise_code, market_country
)
select *, count(*) over () as total
from best
order by is_broad, score desc, enterprise_code, market_country
limit 300;
