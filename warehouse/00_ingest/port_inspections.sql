-- Grain: one row of the delivery, an inspected lot. Purpose: canonical typed columns of port_inspections, with what is odd (flags)
-- and why the row cannot be taken (reasons). Not: deduplicated, nor checked against other rows.
-- The one source with millions of rows: it reads delivered_cells, and cells in the usual form are not cleaned (18_quick.sql).
with quick as not materialized (
    select
        *,
        quick_direction(direction) as direction_quick,
        quick_hs(hs_code) as hs_code_quick,
        quick_result(result) as result_quick,
        quick_selection(selection) as selection_quick,
        quick_date(sampled_on) as sampled_on_quick,
        quick_date(resulted_on) as resulted_on_quick,
        quick_date(released_on) as released_on_quick,
        quick_date(received_on) as received_on_quick,
        quick_date(produced_on) as produced_on_quick,
        quick_number(quantity) as quantity_quick,
        quick_number(value_amount) as value_amount_quick,
        quick_number(declaration_line) as declaration_line_quick,
        quick_code(declaration_no) as declaration_no_quick,
        quick_code(declaration_customs) as declaration_customs_quick,
        quick_code(entry_exit_customs) as entry_exit_customs_quick,
        quick_code(port_code) as port_code_quick,
        quick_code(gtin) as gtin_quick
    from delivered_cells
),
-- What is left to be cleaned: a text is NULL where its cell was read at once or says nothing.
texts as not materialized (
    select
        *,
        case when direction_quick is null then clean_text(direction) end as direction_text,
        case when hs_code_quick is null then clean_text(hs_code) end as hs_code_text,
        case when result_quick is null then clean_text(result) end as result_text,
        case when selection_quick is null then clean_text(selection) end as selection_text,
        case when sampled_on_quick is null then clean_text(sampled_on) end as sampled_on_text,
        case when resulted_on_quick is null then clean_text(resulted_on) end as resulted_on_text,
        case when released_on_quick is null then clean_text(released_on) end as released_on_text,
        case when received_on_quick is null then clean_text(received_on) end as received_on_text,
        case when produced_on_quick is null then clean_text(produced_on) end as produced_on_text,
        case when quantity_quick is null then clean_text(quantity) end as quantity_text,
        case when value_amount_quick is null then clean_text(value_amount) end as value_amount_text,
        case when declaration_line_quick is null then clean_text(declaration_line) end as declaration_line_text,
        case when declaration_no_quick is null then clean_text(declaration_no) end as declaration_no_text,
        case when declaration_customs_quick is null then clean_text(declaration_customs) end as declaration_customs_text,
        case when entry_exit_customs_quick is null then clean_text(entry_exit_customs) end as entry_exit_customs_text,
        case when port_code_quick is null then clean_text(port_code) end as port_code_text,
        case when gtin_quick is null then clean_text(gtin) end as gtin_text,
        clean_text(inspection_id) as inspection_text,
        clean_text(inspection_place) as place_text,
        clean_text(inspection_basis) as basis_text,
        clean_text(trade_mode) as trade_mode_text
    from quick
),
parsed as not materialized (
    select
        t.*,
        coalesce(direction_quick, direction_of(direction_text)) as direction_read,
        coalesce(hs_code_quick, hs_digits(hs_code_text)) as digits,
        coalesce(result_quick, result_of(result_text)) as result_read,
        coalesce(selection_quick, selection_of(selection_text)) as selection_read,
        coalesce(sampled_on_quick, parse_date(sampled_on_text)) as sampled,
        coalesce(resulted_on_quick, parse_date(resulted_on_text)) as resulted,
        coalesce(released_on_quick, parse_date(released_on_text)) as released,
        coalesce(received_on_quick, parse_date(received_on_text)) as received,
        coalesce(produced_on_quick, parse_date(produced_on_text)) as produced,
        coalesce(quantity_quick, parse_number(quantity_text)) as quantity_read,
        coalesce(value_amount_quick, parse_number(value_amount_text)) as value_read,
        coalesce(declaration_line_quick, parse_count(declaration_line_text)) as line_read,
        coalesce(declaration_no_quick, without_point_zero(declaration_no_text)) as declaration_read,
        coalesce(declaration_customs_quick, without_point_zero(declaration_customs_text)) as declaration_customs_read,
        coalesce(entry_exit_customs_quick, without_point_zero(entry_exit_customs_text)) as entry_exit_customs_read,
        coalesce(port_code_quick, without_point_zero(port_code_text)) as port_read,
        coalesce(gtin_quick, without_point_zero(gtin_text)) as gtin_read,
        place_of(place_text) as place_read,
        basis_of(basis_text) as basis_read,
        trade_mode_of(trade_mode_text) as trade_mode_read,
        e.enterprise_code as enterprise_code_read,
        e.enterprise_flag,
        c.origin_code,
        c.departure_code,
        c.trading_code
    from texts as t
    left join countries_delivered as c
        on c.origin_country is not distinct from t.origin_country
        and c.departure_country is not distinct from t.departure_country
        and c.trading_country is not distinct from t.trading_country
    left join enterprises_delivered as e on e.cell = t.enterprise_code
),
judged as not materialized (
    select
        *,
        -- One cheap look at each row: the few in which something lacks or is odd are looked at closely below.
        coalesce(
            inspection_text is not null and direction_read is not null and strlen(digits) > 2 and hs_is_possible(digits)
            and result_read is not null and sampled <= getvariable('latest_on')
            and (resulted <= getvariable('latest_on') or resulted_on is null)
            and (released <= getvariable('latest_on') or released_on is null)
            and (received <= getvariable('latest_on') or received_on is null)
            and (quantity_read >= 0 or quantity is null) and (value_read >= 0 or value_amount is null),
            false
        ) as is_sound,
        coalesce(
            strlen(digits) > 2 and origin_code <> 'unknown' and (selection is null or selection_read is not null)
            and (inspection_place is null or place_read is not null) and (inspection_basis is null or basis_read is not null)
            and (trade_mode is null or trade_mode_read is not null) and (quantity is null or quantity_read is not null)
            and (value_amount is null or value_read is not null)
            and enterprise_flag is null
            and (declaration_no is null or (strlen(declaration_read) = 18 and try_cast(declaration_read as bigint) is not null))
            and (produced_on is null or produced is not null) and (departure_country is null or departure_code is not null)
            and (trading_country is null or trading_code is not null),
            false
        ) as is_usual
    from parsed
)
select
    row_no, row_text, inspection_text as inspection_id, direction_read as direction, declaration_read as declaration_no,
    try_cast(line_read as integer) as declaration_line, declaration_customs_read as declaration_customs,
    entry_exit_customs_read as entry_exit_customs, port_read as port_code, place_read as inspection_place, basis_read as inspection_basis,
    coalesce(selection_read, 'unknown') as selection,
    case when strlen(digits) > 10 then left(digits, 10) when strlen(digits) > 2 then digits end as hs_code,
    coalesce(lpad(without_point_zero(clean_text(ciq3)), 3, '0'), case when strlen(digits) = 13 then right(digits, 3) end) as ciq3,
    clean_text(product_name) as product_name, clean_text(brand) as brand, clean_text(model) as model, clean_text(batch_no) as batch_no,
    produced as produced_on, gtin_read as gtin, coalesce(origin_code, 'unknown') as origin_country, departure_code as departure_country,
    trading_code as trading_country, enterprise_code_read as enterprise_code, clean_text(enterprise_name) as enterprise_name,
    clean_text(overseas_manufacturer) as overseas_manufacturer, clean_text(overseas_registration_no) as overseas_registration_no,
    coalesce(trade_mode_read, trade_mode_text) as trade_mode, quantity_read as quantity, clean_text(quantity_unit) as quantity_unit,
    value_read as value_amount, upper(clean_text(currency)) as currency, result_read as result, clean_text(disposition) as disposition,
    clean_text(report_no) as report_no, sampled as sampled_on, resulted as resulted_on, released as released_on, sampled as event_on,
    coalesce(received, resulted, sampled) as received_on,
    case
        when is_usual then cast([] as varchar[])
        else present([
            hs_flag(hs_code_text, digits),
            origin_flag(clean_text(origin_country), origin_code),
            unreadable_flag('selection_unrecognised', selection_text, selection_read),
            unreadable_flag('place_unrecognised', place_text, place_read),
            unreadable_flag('basis_unrecognised', basis_text, basis_read),
            unreadable_flag('trade_mode_odd', trade_mode_text, trade_mode_read),
            unreadable_flag('quantity_unreadable', quantity_text, quantity_read),
            unreadable_flag('value_unreadable', value_amount_text, value_read),
            enterprise_flag,
            case
                when strlen(declaration_read) = 18 and try_cast(declaration_read as bigint) is not null then null
                when declaration_read is not null then 'declaration_no_odd'
            end,
            unreadable_flag('produced_on_unreadable', produced_on_text, produced),
            case when departure_code is null then unreadable_flag('departure_unrecognised', clean_text(departure_country), departure_code) end,
            case when trading_code is null then unreadable_flag('trading_country_unrecognised', clean_text(trading_country), trading_code) end
        ])
    end as flags,
    case
        when is_sound then cast([] as varchar[])
        else present([
            key_reason('inspection_id', inspection_text),
            answer_reason('direction', direction_text, direction_read),
            hs_reason(coalesce(hs_code_text, hs_code_quick), digits),
            answer_reason('result', result_text, result_read),
            needed_date_reason('sampled_on', sampled_on_text, sampled),
            date_reason('resulted_on', resulted_on_text, resulted),
            date_reason('released_on', released_on_text, released),
            date_reason('received_on', received_on_text, received),
            negative_reason('quantity', quantity_read),
            negative_reason('value_amount', value_read)
        ])
    end as reasons
from judged
