-- Grain: warning.
-- Purpose: lots inspected in the window that the reason speaks of, for "120 lots inspected, 9 failed".
-- Not: the weighted exposure that detection uses. A query over the relation evidence_wanted.

select w.warning_id, sum(s.inspected) as inspected
from evidence_wanted as w
inner join core_series_week as s
    on
        s.scope = w.scope and s.direction = w.direction and s.product_scheme = w.product_scheme
        and s.product_code = w.product_code and s.origin_country = w.origin_country and s.hazard_category = w.hazard_category
        and s.substance = w.substance
        and s.week between w.window_from_week and w.to_week
group by w.warning_id
order by w.warning_id;
