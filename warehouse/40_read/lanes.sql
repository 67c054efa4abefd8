-- Grain: direction x product x origin x hazard category x substance x week x day on which it became known.
-- Purpose: what evaluation compares episodes with: how busy a lane was, and what was behind an episode.
-- Not: a table of the warehouse, nor additive: an event with two origins, hazards or substances stands in several lanes.

select
    direction, product_scheme, product_code, origin_country, hazard_category, substance, week, known_on,
    count(distinct (source, event_key)) as event_count
from core_event
group by direction, product_scheme, product_code, origin_country, hazard_category, substance, week, known_on
order by direction, product_scheme, product_code, origin_country, hazard_category, substance, week, known_on;
