-- Grain: one row of the delivery, an inspected lot. Purpose: canonical typed columns of port_inspections, with what is odd (flags)
-- and why the row cannot be taken (reasons). Not: deduplicated, nor checked against other rows.
-- The one source with millions of rows: it reads delivered_cells, so that only cells that need it are cleaned.
with parsed as not materialized (
    select
        d.* exclude (inspection_id),
        clean_text(d.inspection_id) as inspection_id,
        direction_in(d.direction) as direction_read,
        hs_in(d.hs_code) as digits,
        result_in(d.result) as result_read,
        selection_in(d.selection) as selection_read,
        place_of(clean_text(d.inspection_place)) as place_read,
        basis_of(clean_text(d.inspection_basis)) as basis_read,
        trade_mode_in(d.trade_mode) as trade_mode_read,
        date_in(d.sampled_on) as sampled,
        date_in(d.resulted_on) as resulted,
        date_in(d.released_on) as released,
        date_in(d.received_on) as received,
        date_in(d.produced_on) as produced,
        number_in(d.quantity) as quantity_read,
        number_in(d.value_amount) as value_read,
        upper(clean_text(d.enterprise_code)) as enterprise_code_read,
        code_in(d.declaration_no) as declaration_read,
        c.origin_code as origin_read,
        c.departure_code as departure_read,
        c.trading_code as trading_read
    from delivered_cells as d
    left join countries_delivered as c
        on c.origin_country is not distinct from d.origin_country
        and c.departure_country is not distinct from d.departure_country
        and c.trading_country is not distinct from d.trading_country
),
judged as not materialized (
    select
        *,
        -- One cheap look at each row: the few in which something lacks or is odd are looked at closely below.
        coalesce(
            inspection_id is not null and direction_read is not null and strlen(digits) > 2 and hs_is_possible(digits)
            and result_read is not null and sampled <= getvariable('latest_on')
            and (resulted <= getvariable('latest_on') or resulted_on is null)
            and (released <= getvariable('latest_on') or released_on is null)
            and (received <= getvariable('latest_on') or received_on is null)
            and (quantity_read >= 0 or quantity is null) and (value_read >= 0 or value_amount is null),
            false
        ) as is_sound,
        coalesce(
            strlen(digits) > 2 and origin_read <> 'unknown' and (selection is null or selection_read is not null)
            and (inspection_place is null or place_read is not null) and (inspection_basis is null or basis_read is not null)
            and (trade_mode is null or trade_mode_read is not null) and (quantity is null or quantity_read is not null)
            and (value_amount is null or value_read is not null) and enterprise_code is null
            and (declaration_no is null or (strlen(declaration_read) = 18 and try_cast(declaration_read as bigint) is not null))
            and (produced_on is null or produced is not null) and (departure_country is null or departure_read is not null)
            and (trading_country is null or trading_read is not null),
            false
        ) as is_usual
    from parsed
)
select
    row_no, row_text, inspection_id, direction_read as direction, declaration_read as declaration_no,
    try_cast(count_in(declaration_line) as integer) as declaration_line, code_in(declaration_customs) as declaration_customs,
    code_in(entry_exit_customs) as entry_exit_customs, code_in(port_code) as port_code,
    place_read as inspection_place, basis_read as inspection_basis, coalesce(selection_read, 'unknown') as selection,
    case when strlen(digits) > 10 then left(digits, 10) when strlen(digits) > 2 then digits end as hs_code,
    coalesce(lpad(without_point_zero(clean_text(ciq3)), 3, '0'), case when strlen(digits) = 13 then right(digits, 3) end) as ciq3,
    clean_text(product_name) as product_name, clean_text(brand) as brand, clean_text(model) as model, clean_text(batch_no) as batch_no,
    produced as produced_on, code_in(gtin) as gtin, coalesce(origin_read, 'unknown') as origin_country,
    departure_read as departure_country, trading_read as trading_country, enterprise_code_read as enterprise_code,
    clean_text(enterprise_name) as enterprise_name, clean_text(overseas_manufacturer) as overseas_manufacturer,
    clean_text(overseas_registration_no) as overseas_registration_no, coalesce(trade_mode_read, clean_text(trade_mode)) as trade_mode,
    quantity_read as quantity, clean_text(quantity_unit) as quantity_unit, value_read as value_amount, upper(clean_text(currency)) as currency,
    result_read as result, clean_text(disposition) as disposition, clean_text(report_no) as report_no, sampled as sampled_on,
    resulted as resulted_on, released as released_on, sampled as event_on, coalesce(received, resulted, sampled) as received_on,
    case
        when is_usual then cast([] as varchar[])
        else present([
            hs_flag(hs_code, digits),
            origin_flag(origin_country, origin_read),
            unreadable_flag('selection_unrecognised', selection, selection_read),
            unreadable_flag('place_unrecognised', inspection_place, place_read),
            unreadable_flag('basis_unrecognised', inspection_basis, basis_read),
            unreadable_flag('trade_mode_odd', trade_mode, trade_mode_read),
            unreadable_flag('quantity_unreadable', quantity, quantity_read),
            unreadable_flag('value_unreadable', value_amount, value_read),
            enterprise_code_flag(enterprise_code_read),
            case
                when strlen(declaration_read) = 18 and try_cast(declaration_read as bigint) is not null then null
                when declaration_read is not null then 'declaration_no_odd'
            end,
            unreadable_flag('produced_on_unreadable', produced_on, produced),
            unreadable_flag('departure_unrecognised', departure_country, departure_read),
            unreadable_flag('trading_country_unrecognised', trading_country, trading_read)
        ])
    end as flags,
    case
        when is_sound then cast([] as varchar[])
        else present([
            key_reason('inspection_id', inspection_id),
            answer_reason('direction', direction, direction_read),
            hs_reason(hs_code, digits),
            answer_reason('result', result, result_read),
            needed_date_reason('sampled_on', sampled_on, sampled),
            date_reason('resulted_on', resulted_on, resulted),
            date_reason('released_on', released_on, released),
            date_reason('received_on', received_on, received),
            negative_reason('quantity', quantity_read),
            negative_reason('value_amount', value_read)
        ])
    end as reasons
from judged
