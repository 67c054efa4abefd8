-- Grain: warning x row of core_event that it counts.
-- Purpose: which events belong to a warning's series and weeks, at every scope; what the other queries of evidence_wanted count from.
-- Not: a table of the warehouse: a temporary view over the relation evidence_wanted (see riskwarn/warehouse/reading.py).

create or replace temp view wanted_events as
select w.warning_id, e.*
from evidence_wanted as w
inner join core_event as e
    on
        e.indicator_base = w.indicator_base
        and e.direction = w.direction
        and e.product_scheme = w.product_scheme
        and (
            e.product_code = w.product_code
            or (w.product_code = '*' and e.product_code <> 'unknown')
            or (w.scope in ('chapter_origin', 'chapter_hazard') and e.chapter = w.product_code and e.product_code <> 'unknown')
        )
        and (w.origin_country = '*' or e.origin_country = w.origin_country)
        and (w.hazard_category = '*' or e.hazard_category = w.hazard_category)
        and (w.substance = '*' or e.substance = w.substance)
        and (w.selection is null or e.selection = w.selection)
        and (w.source is null or e.source = w.source)
        and e.week between w.from_week and w.to_week;
