-- Grain: one row of the delivery, what one enterprise reported once. Purpose: canonical typed columns of enterprise_reports.
-- Not: an inspection. An unknown HS, origin or severity is flagged and kept.
with parsed as not materialized (
    select
        d.*,
        report_type_of(d.report_type) as type_read,
        direction_of(d.direction) as direction_read,
        upper(d.enterprise_code) as enterprise_code_read,
        hs_digits(d.hs_code) as digits,
        severity_of(d.injury_severity) as severity_read,
        parse_count(d.unit_count) as units_read,
        parse_count(d.injured_count) as injured_read,
        parse_count(d.death_count) as deaths_read,
        parse_number(d.loss_cny) as loss_read,
        parse_number(d.compliance_cost_cny) as cost_read,
        parse_date(d.occurred_on) as occurred,
        parse_date(d.received_on) as received,
        coalesce(origin.country_code, origin_short.country_code) as origin_read,
        coalesce(market.country_code, market_short.country_code) as market_read
    from delivery as d
    left join ref_country_alias as origin on origin.alias_key = country_key(d.origin_country)
    left join ref_country_alias as origin_short on origin_short.alias_key = country_key_short(d.origin_country)
    left join ref_country_alias as market on market.alias_key = country_key(d.market_country)
    left join ref_country_alias as market_short on market_short.alias_key = country_key_short(d.market_country)
),
judged as not materialized (
    select
        *,
        present([
            key_reason('report_id', report_id),
            answer_reason('report_type', report_type, type_read),
            needed_date_reason('received_on', received_on, received),
            date_reason('occurred_on', null, occurred),  -- one that cannot be read is flagged: an injury counts with or without its day
            hs_reason(hs_code, digits),
            negative_reason('unit_count', units_read),
            negative_reason('injured_count', injured_read),
            negative_reason('death_count', deaths_read),
            negative_reason('loss_cny', loss_read),
            negative_reason('compliance_cost_cny', cost_read)
        ]) as reasons,
        present([
            hs_flag(hs_code, digits),
            origin_flag(origin_country, origin_read),
            case when product_name is null then 'product_missing' end,
            unreadable_flag('occurred_on_unreadable', occurred_on, occurred),
            unreadable_flag('direction_unrecognised', direction, direction_read),
            unreadable_flag('market_unrecognised', market_country, market_read),
            unreadable_flag('unit_count_unreadable', unit_count, units_read),
            unreadable_flag('injured_count_unreadable', injured_count, injured_read),
            unreadable_flag('death_count_unreadable', death_count, deaths_read),
            unreadable_flag('loss_unreadable', loss_cny, loss_read),
            unreadable_flag('compliance_cost_unreadable', compliance_cost_cny, cost_read),
            case when severity_read is null and (injury_severity is not null or injured_read > 0) then 'severity_unknown' end,
            enterprise_code_flag(enterprise_code_read)
        ]) as flags,
        coalesce(
            hazard_category_of('*', hazard), hazard_category_in(concat_ws(' ', hazard, product_name, narrative)), 'unknown'
        ) as category
    from parsed
)
select
    row_no, row_text, report_id, type_read as report_type, enterprise_code_read as enterprise_code, enterprise_name,
    direction_read as direction, case when length(digits) > 2 then left(digits, 10) end as hs_code, product_name,
    coalesce(origin_read, 'unknown') as origin_country, market_read as market_country, units_read as unit_count, hazard,
    case
        when deaths_read > 0 then 4
        when severity_read is not null then severity_read
        when injured_read > 0 or (injured_count is not null and injured_read is null) then 2
    end as injury_severity,
    injured_read as injured_count, deaths_read as death_count, wto_symbol, loss_read as loss_cny, cost_read as compliance_cost_cny,
    narrative, occurred as occurred_on, category as hazard_category, coalesce(occurred, received) as event_on, received as received_on,
    flags, reasons
from judged
