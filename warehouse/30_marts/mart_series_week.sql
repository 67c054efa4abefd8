-- Grain: scope x direction x product (scheme + code) x origin x hazard category x substance x week (its Monday); '*' where a scope sums over it.
-- Purpose: the weekly counts behind every signal, with the failure rate where lots were inspected.
-- A view: the counts lie in core_series_week once.
-- Not: additive over hazards, origins of alerts, or scopes; the newest weeks are incomplete because reports arrive late.

create or replace view mart_series_week as
select
    scope, direction, product_scheme, product_code, origin_country, hazard_category, substance, week, declared_lots,
    inspected_random, inspected_targeted, inspected_other, failed_random, failed_targeted, failed_other, inspected, failed,
    case when inspected > 0 then failed / inspected end as failure_rate, complaints, injuries, enterprise_reports, foreign_alerts,
    grave_events
from core_series_week;
