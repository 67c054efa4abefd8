-- Grain: one row of the delivery, what was declared of one product x origin x customs district in one week.
-- Purpose: canonical typed columns of declared_lots. Not: the inspected lots.
with parsed as not materialized (
    select
        d.*,
        -- Lists of declared lots are lists of imports unless they say otherwise.
        case when d.direction is null then 'import' else direction_of(d.direction) end as direction_read,
        hs_digits(d.hs_code) as digits,
        parse_date(d.week) as week_read,
        parse_date(d.received_on) as received,
        parse_count(d.lots) as lots_read,
        parse_number(d.quantity) as quantity_read,
        parse_number(d.value_amount) as value_read,
        coalesce(origin.country_code, origin_short.country_code) as origin_read
    from delivery as d
    left join ref_country_alias as origin on origin.alias_key = country_key(d.origin_country)
    left join ref_country_alias as origin_short on origin_short.alias_key = country_key_short(d.origin_country)
),
judged as not materialized (
    select
        *,
        cast(date_trunc('week', week_read) as date) as monday,
        present([
            case when hs_code is null then 'key_missing: hs_code' else hs_reason(hs_code, digits) end,
            key_reason('customs_district', customs_district),
            case when direction is not null then answer_reason('direction', direction, direction_read) end,
            needed_date_reason('week', week, week_read),
            date_reason('received_on', received_on, received),
            answer_reason('lots', lots, lots_read),
            negative_reason('lots', lots_read),
            negative_reason('quantity', quantity_read),
            negative_reason('value_amount', value_read)
        ]) as reasons,
        present([
            origin_flag(origin_country, origin_read),
            case when length(digits) = 2 then 'hs_chapter_only' end,
            case when direction is null then 'direction_assumed' end,
            case when week_read <> date_trunc('week', week_read) then 'week_not_a_monday' end,
            unreadable_flag('quantity_unreadable', quantity, quantity_read),
            unreadable_flag('value_unreadable', value_amount, value_read)
        ]) as flags
    from parsed
)
select
    row_no, row_text, direction_read as direction, left(digits, 10) as hs_code, coalesce(origin_read, 'unknown') as origin_country,
    without_point_zero(customs_district) as customs_district, monday as week, lots_read as lots, quantity_read as quantity, quantity_unit,
    value_read as value_amount, upper(currency) as currency, monday as event_on,
    -- Known when the week is over, unless the authority says when; never later than the file that brought it.
    coalesce(received, least(monday + 6, getvariable('latest_on'))) as received_on, flags, reasons
from judged
