-- Grain: warning x week of its series, zero weeks of the series left out.
-- Purpose: what a person looks at beside the reason: the series over two years, and the lots inspected and declared in it.
-- $1: so many weeks back from the last week of the warning. A query over the relation evidence_wanted.
-- Not: the judged window, which mart_warnings names.

select
    w.warning_id, s.week,
    sum(case w.counts
        when 'failed' then s.failed
        when 'failed_random' then s.failed_random
        when 'failed_targeted' then s.failed_targeted
        when 'complaints' then s.complaints
        when 'injuries' then s.injuries
        when 'enterprise_reports' then s.enterprise_reports
        when 'foreign_alerts' then s.foreign_alerts
        when 'grave_events' then s.grave_events
        else 0
    end) as observed,
    max(s.inspected) as inspected, max(s.declared_lots) as declared, min(w.counts) = 'failed' and count(*) = 1 as is_rate
from evidence_wanted as w
inner join core_series_week as s
    on
        s.scope = w.scope and s.direction = w.direction and s.product_scheme = w.product_scheme
        and s.product_code = w.product_code and s.origin_country = w.origin_country and s.hazard_category = w.hazard_category
        and s.substance = w.substance
        and s.week between cast(w.to_week as date) - 7 * $1::integer and w.to_week
group by w.warning_id, s.week
order by w.warning_id, s.week;
