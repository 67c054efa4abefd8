-- One row: one RASFF notification of the spreadsheet that names its columns 'Date of Case', 'Reference', ... (2020-2022).
-- Substances and categories are joined by ';' and belong together by position. No classification, risk decision or subject is given: the
-- subject is put together from product and hazards. Not a history of the notification: follow-ups replace nothing here.
with parsed as not materialized (
    select
        row_no, row_text, rasff_reference(reference) as fixed_reference, reference, date_of_case,
        parse_month_name_date(date_of_case) as event_on,
        country_code(notifying_country) as notifying, notifying_country, origins_of(origin_countries) as origin,
        product_category, product_name, product_code_of('RASFF', product_category) as product_code,
        paired_hazards('rasff', string_split(substances, ';'), string_split(hazard_categories, ';')) as hazard, substances
    from delivery
)
select
    row_no, row_text, 'rasff' as system, fixed_reference as reference, fixed_reference as event_key,
    coalesce(notifying, 'unknown') as notifying_country, origin.codes as origin_countries, product_category, product_name,
    'RASFF' as product_scheme, product_code, product_hs4('RASFF', product_code) as hs4, product_hs2('RASFF', product_code) as hs2,
    hazard.hazards as hazards, cast(null as varchar) as classification, cast(null as varchar) as risk_decision,
    names_death(concat_ws(' ', product_name, substances)) as is_grave, concat_ws(': ', product_name, substances) as subject,
    cast(null as varchar) as url, event_on, event_on as received_on,
    present(
        origin.flags || hazard.flags || [
            case when notifying_country is not null and notifying is null then 'notifying_country_unrecognised' end,
            case when product_category is not null and product_code = 'unknown' then 'product_category_unrecognised' end,
            case when fixed_reference <> reference then 'reference_padded' end
        ]
    ) as flags,
    present([key_reason('reference', reference), needed_date_reason('date_of_case', date_of_case, event_on)]) as reasons
from parsed;
