-- Grain: one consumer complaint or report of violation (complaint_id), in its newest version known to the night.
-- Purpose: what consumers met, with product and origin 'unknown' where they could not say.
-- Not: a proven defect, and not a rate: there is no count of units sold.

create or replace table core_complaint as
select
    complaint_id, kind, channel, region, 'import' as direction, product_name, brand, hs_code,
    coalesce(left(hs_code, 4), 'unknown') as hs4, coalesce(left(hs_code, 2), 'unknown') as hs2,
    coalesce(origin_country, 'unknown') as origin_country, is_origin_inferred, seller, platform, issue, injury_severity,
    -- Somebody was hurt but nobody wrote how badly: counted as severity 2, so that the injury is not lost.
    case
        when death_count > 0 then 4
        when injury_severity_assumed is not null then injury_severity_assumed
        when injury_severity is not null then injury_severity
        when injured_count > 0 then 2
    end as injury_severity_assumed,
    injured_count, death_count, age_group, narrative, occurred_on, coalesce(hazard_category, 'unknown') as hazard_category,
    cast(date_trunc('week', event_on) as date) as week, delivery_id, file_name, row_no, event_on, received_on, delivered_on,
    known_on, flags
from stg_consumer_complaints;
