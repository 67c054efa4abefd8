-- One row: one RASFF notification as the public portal (RASFF Window) exports it, 14 columns, since 2020.
-- The reference may have been a number in a spreadsheet (2019.4520 -> 2019.452): rasff_reference puts the zeros back, flagged.
-- Hazards read 'substance remark - {category}', joined by ',' (also inside names of chemicals): a new one begins after '}' or after a
-- remark without category. Not the notification's history: 'date' is that of the notification.
with split as (
    select
        *,
        string_split(
            regexp_replace(
                regexp_replace(hazards, '\} *,', '}' || chr(31), 'g'),
                '((unauthori[sz]ed|prohibited)( substance)?) *,', '\1' || chr(31), 'g'
            ),
            chr(31)
        ) as cells
    from delivery
),
parsed as (
    select
        row_no, row_text, rasff_reference(reference) as fixed_reference, reference, event_date,
        parse_date(dmy_text(event_date)) as event_on,
        country_code(notifying_country) as notifying, notifying_country, origins_of(origin_countries) as origin, product_category,
        product_code_of('RASFF', product_category) as product_code, subject, classification, risk_decision,
        paired_hazards(
            'rasff',
            list_transform(cells, lambda cell: regexp_replace(cell, '\s*-?\s*\{[^}]*\}?\s*$', '')),
            list_transform(cells, lambda cell: nullif(regexp_extract(cell, '\{([^}]*)\}?\s*$', 1), ''))
        ) as hazard
    from split
)
select
    row_no, row_text, 'rasff' as system, fixed_reference as reference, fixed_reference as event_key,
    coalesce(notifying, 'unknown') as notifying_country, origin.codes as origin_countries, product_category,
    cast(null as varchar) as product_name, 'RASFF' as product_scheme, product_code, product_hs4('RASFF', product_code) as hs4,
    product_hs2('RASFF', product_code) as hs2, hazard.hazards as hazards, classification, risk_decision,
    names_death(subject) as is_grave, subject, cast(null as varchar) as url, event_on, event_on as received_on,
    present(
        origin.flags || hazard.flags || [
            case when notifying_country is not null and notifying is null then 'notifying_country_unrecognised' end,
            case when product_category is not null and product_code = 'unknown' then 'product_category_unrecognised' end,
            case when fixed_reference <> reference then 'reference_padded' end
        ]
    ) as flags,
    present([key_reason('reference', reference), needed_date_reason('date', event_date, event_on)]) as reasons
from parsed;
