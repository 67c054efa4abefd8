-- Grain: HS code that an enterprise ($1) sells abroad, as its profile says it or its reports tell it.
-- Purpose: the exporter's profile in the file of an enterprise: what it sells where, and the words by which documents are searched.
-- Not: a table of the warehouse, nor everything it exports. A member of the European Union is also named as the Union.

select
    hs_code, origin_of_entry, list(distinct market_country order by market_country) as markets,
    list_sort(list_distinct(flatten(list(product_words)))) as words
from core_exporter_profile
where enterprise_code = $1
group by hs_code, origin_of_entry
order by origin_of_entry, hs_code
limit 100;
