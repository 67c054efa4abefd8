-- Grain: one report by an enterprise (report_id), in its newest version known to the night.
-- Purpose: defects, recalls, returns, rejections abroad, barriers met, injuries, as the enterprise told them.
-- Not: verified by anyone. Where the direction was not delivered it follows from the kind of report and the origin.

create or replace table core_enterprise_report as
select
    report_id, report_type, enterprise_code, enterprise_name,
    case
        when direction in ('import', 'export') then direction
        when report_type in ('return', 'overseas_rejection', 'technical_barrier', 'counterfeit') then 'export'
        when origin_country = 'CN' then 'export'
        else 'import'
    end as direction,
    hs_code, coalesce(left(hs_code, 4), 'unknown') as hs4, coalesce(left(hs_code, 2), 'unknown') as hs2, product_name,
    coalesce(origin_country, 'unknown') as origin_country, market_country, unit_count, hazard,
    coalesce(hazard_category, 'unknown') as hazard_category, injury_severity,
    -- Somebody was hurt but nobody wrote how badly: counted as severity 2, so that the injury is not lost.
    case
        when death_count > 0 then 4
        when injury_severity is not null then injury_severity
        when injured_count > 0 or report_type = 'injury' then 2
    end as injury_severity_assumed,
    injured_count, death_count, wto_symbol, loss_cny, compliance_cost_cny, narrative, occurred_on,
    cast(date_trunc('week', event_on) as date) as week, delivery_id, file_name, row_no, event_on, received_on, delivered_on,
    known_on, flags
from stg_enterprise_reports;
