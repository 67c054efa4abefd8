-- Grain: warning.
-- Purpose: lots inspected and declared in the window that the reason speaks of, for "120 lots inspected, 9 failed" and how much it is about.
-- Not: the weighted exposure that detection uses. A query over the relation evidence_wanted.

with wanted as (
    -- A warning that joins signals has one row a signal, of one series.
    select distinct
        warning_id, scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, window_from_week, to_week
    from evidence_wanted
)
select w.warning_id, sum(s.inspected) as inspected, sum(s.declared_lots) as declared
from wanted as w
inner join core_series_week as s
    on
        s.scope = w.scope and s.direction = w.direction and s.product_scheme = w.product_scheme
        and s.product_code = w.product_code and s.origin_country = w.origin_country and s.hazard_category = w.hazard_category
        and s.substance = w.substance
        and s.week between w.window_from_week and w.to_week
group by w.warning_id
order by w.warning_id;
