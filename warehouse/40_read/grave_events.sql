-- Grain: one grave event (a death, an injury of severity 4, a major accident, an alert that names a death) x product x origin.
-- Purpose: what the rule indicators raise a warning for; $1 is the source, $2 the first day it may have become known.
-- Not: a count for statistics.

select distinct direction, product_scheme, product_code, origin_country, week, event_key
from core_event
where indicator_base = 'grave' and source = $1 and known_on >= $2
order by direction, product_scheme, product_code, origin_country, week, event_key;
