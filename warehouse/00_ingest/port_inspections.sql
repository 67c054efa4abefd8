-- Grain: one row of the delivery, an inspected lot. Purpose: canonical typed columns of port_inspections, with what is odd (flags)
-- and why the row cannot be taken (reasons). Not: deduplicated, nor checked against other rows.
with parsed as (
    select
        d.*,
        direction_of(d.direction) as direction_read,
        hs_digits(d.hs_code) as digits,
        result_of(d.result) as result_read,
        selection_of(d.selection) as selection_read,
        place_of(d.inspection_place) as place_read,
        basis_of(d.inspection_basis) as basis_read,
        trade_mode_of(d.trade_mode) as trade_mode_read,
        parse_date(d.sampled_on) as sampled,
        parse_date(d.resulted_on) as resulted,
        parse_date(d.released_on) as released,
        parse_date(d.received_on) as received,
        parse_date(d.produced_on) as produced,
        parse_number(d.quantity) as quantity_read,
        parse_number(d.value_amount) as value_read,
        upper(d.enterprise_code) as enterprise_code_read,
        without_point_zero(d.declaration_no) as declaration_read,
        coalesce(origin.country_code, origin_short.country_code) as origin_read,
        coalesce(departure.country_code, departure_short.country_code) as departure_read,
        coalesce(trading.country_code, trading_short.country_code) as trading_read
    from delivery as d
    left join ref_country_alias as origin on origin.alias_key = country_key(d.origin_country)
    left join ref_country_alias as origin_short on origin_short.alias_key = country_key_short(d.origin_country)
    left join ref_country_alias as departure on departure.alias_key = country_key(d.departure_country)
    left join ref_country_alias as departure_short on departure_short.alias_key = country_key_short(d.departure_country)
    left join ref_country_alias as trading on trading.alias_key = country_key(d.trading_country)
    left join ref_country_alias as trading_short on trading_short.alias_key = country_key_short(d.trading_country)
),
judged as (
    select
        *,
        key_reason('inspection_id', inspection_id) as reason_1,
        answer_reason('direction', direction, direction_read) as reason_2,
        hs_reason(hs_code, digits) as reason_3,
        answer_reason('result', result, result_read) as reason_4,
        needed_date_reason('sampled_on', sampled_on, sampled) as reason_5,
        date_reason('resulted_on', resulted_on, resulted) as reason_6,
        date_reason('released_on', released_on, released) as reason_7,
        date_reason('received_on', received_on, received) as reason_8,
        negative_reason('quantity', quantity_read) as reason_9,
        negative_reason('value_amount', value_read) as reason_10,
        hs_flag(hs_code, digits) as flag_1,
        origin_flag(origin_country, origin_read) as flag_2,
        unreadable_flag('selection_unrecognised', selection, selection_read) as flag_3,
        unreadable_flag('place_unrecognised', inspection_place, place_read) as flag_4,
        unreadable_flag('basis_unrecognised', inspection_basis, basis_read) as flag_5,
        unreadable_flag('trade_mode_odd', trade_mode, trade_mode_read) as flag_6,
        unreadable_flag('quantity_unreadable', quantity, quantity_read) as flag_7,
        unreadable_flag('value_unreadable', value_amount, value_read) as flag_8,
        enterprise_code_flag(enterprise_code_read) as flag_9,
        case
            when declaration_read is not null and (strlen(declaration_read) <> 18 or try_cast(declaration_read as bigint) is null)
                then 'declaration_no_odd'
        end as flag_10,
        unreadable_flag('produced_on_unreadable', produced_on, produced) as flag_11,
        unreadable_flag('departure_unrecognised', departure_country, departure_read) as flag_12,
        unreadable_flag('trading_country_unrecognised', trading_country, trading_read) as flag_13
    from parsed
)
select
    row_no, row_text, inspection_id, direction_read as direction, declaration_read as declaration_no,
    cast(parse_count(declaration_line) as integer) as declaration_line, without_point_zero(declaration_customs) as declaration_customs,
    without_point_zero(entry_exit_customs) as entry_exit_customs, without_point_zero(port_code) as port_code,
    place_read as inspection_place, basis_read as inspection_basis, coalesce(selection_read, 'unknown') as selection,
    case when length(digits) > 2 then left(digits, 10) end as hs_code,
    coalesce(lpad(without_point_zero(ciq3), 3, '0'), nullif(substring(digits, 11, 3), '')) as ciq3, product_name, brand, model, batch_no,
    produced as produced_on, without_point_zero(gtin) as gtin, coalesce(origin_read, 'unknown') as origin_country,
    departure_read as departure_country, trading_read as trading_country, enterprise_code_read as enterprise_code, enterprise_name,
    overseas_manufacturer, overseas_registration_no, coalesce(trade_mode_read, trade_mode) as trade_mode, quantity_read as quantity,
    quantity_unit, value_read as value_amount, upper(currency) as currency, result_read as result, disposition, report_no,
    sampled as sampled_on, resulted as resulted_on, released as released_on, sampled as event_on,
    coalesce(received, resulted, sampled) as received_on,
    case
        when coalesce(
            flag_1, flag_2, flag_3, flag_4, flag_5, flag_6, flag_7, flag_8, flag_9, flag_10, flag_11, flag_12, flag_13
        ) is null then cast([] as varchar[])
        else present([flag_1, flag_2, flag_3, flag_4, flag_5, flag_6, flag_7, flag_8, flag_9, flag_10, flag_11, flag_12, flag_13])
    end as flags,
    case
        when coalesce(reason_1, reason_2, reason_3, reason_4, reason_5, reason_6, reason_7, reason_8, reason_9, reason_10) is null
            then cast([] as varchar[])
        else present([reason_1, reason_2, reason_3, reason_4, reason_5, reason_6, reason_7, reason_8, reason_9, reason_10])
    end as reasons
from judged
