-- Grain: one row of the delivery, a complaint or a report of a violation. Purpose: canonical typed columns of consumer_complaints.
-- Not: proof of a defect. Missing origin, HS or severity is flagged and kept: throwing such rows away throws away the injuries.
with parsed as not materialized (
    select
        d.*,
        complaint_kind_of(d.kind) as kind_read,
        hs_digits(d.hs_code) as digits,
        severity_of(d.injury_severity) as severity_read,
        parse_count(d.injured_count) as injured_read,
        parse_count(d.death_count) as deaths_read,
        parse_date(d.occurred_on) as occurred,
        parse_date(d.received_on) as received,
        coalesce(origin.country_code, origin_short.country_code) as origin_read
    from delivery as d
    left join ref_country_alias as origin on origin.alias_key = country_key(d.origin_country)
    left join ref_country_alias as origin_short on origin_short.alias_key = country_key_short(d.origin_country)
),
judged as not materialized (
    select
        *,
        present([
            key_reason('complaint_id', complaint_id),
            needed_date_reason('received_on', received_on, received),
            date_reason('occurred_on', null, occurred),  -- one that cannot be read is flagged: an injury counts with or without its day
            hs_reason(hs_code, digits),
            negative_reason('injured_count', injured_read),
            negative_reason('death_count', deaths_read)
        ]) as reasons,
        present([
            hs_flag(hs_code, digits),
            origin_flag(origin_country, origin_read),
            case when product_name is null then 'product_missing' end,
            unreadable_flag('occurred_on_unreadable', occurred_on, occurred),
            unreadable_flag('kind_unrecognised', kind, kind_read),
            unreadable_flag('injured_count_unreadable', injured_count, injured_read),
            unreadable_flag('death_count_unreadable', death_count, deaths_read),
            case when severity_read is null and (injury_severity is not null or injured_read > 0) then 'severity_unknown' end
        ]) as flags,
        coalesce(
            hazard_category_of('*', issue), hazard_category_in(concat_ws(' ', issue, product_name, narrative)), 'unknown'
        ) as category
    from parsed
)
select
    row_no, row_text, complaint_id, kind_read as kind, channel, region, product_name, brand,
    case when length(digits) > 2 then left(digits, 10) end as hs_code, coalesce(origin_read, 'unknown') as origin_country,
    coalesce(yes_no(is_origin_inferred), false) as is_origin_inferred, seller, platform, issue, severity_read as injury_severity,
    case
        when deaths_read > 0 then 4
        when severity_read is not null then severity_read
        when injured_read > 0 or (injured_count is not null and injured_read is null) then 2
    end as injury_severity_assumed,
    injured_read as injured_count, deaths_read as death_count, age_group, narrative, occurred as occurred_on, category as hazard_category,
    coalesce(occurred, received) as event_on, received as received_on, flags, reasons
from judged
