-- One row: one chemical hazard of one RASFF notification (1980-2015). A notification with several hazards takes several rows: each row
-- carries the hazards of all rows of its reference in this file, so that none is lost where the reference is the key.
-- The hazard is a class letter (hm, co, fa, ic, cc) and one chemical. The origin is a phrase cut from the subject: what follows the
-- origin (route, packer, raw material) is dropped; none before 2001. Not all notifications of those years: chemical ones only.
with numbered as (
    select
        *,
        coalesce(list(chemical) over whole, []) as chemicals, coalesce(list(hazard_class) over whole, []) as hazard_classes
    from (select *, coalesce(hazard, 'n/a') as hazard_class, coalesce(chemical_name, '') as chemical from delivery)
    window whole as (
        partition by reference order by row_no rows between unbounded preceding and unbounded following
    )
),
parsed as (
    select
        row_no, row_text, reference, date_of_case, parse_date(dmy_text(date_of_case)) as event_on,
        country_code(notifying_country) as notifying, notifying_country,
        origins_of(without_route(origin_countries)) as origin, product_category, product_name,
        product_code_of('RASFF', product_category) as product_code, subject, classification,
        paired_hazards('rasff', chemicals, hazard_classes) as hazard
    from numbered
)
select
    row_no, row_text, 'rasff' as system, reference, reference as event_key, coalesce(notifying, 'unknown') as notifying_country,
    origin.codes as origin_countries, product_category, product_name, 'RASFF' as product_scheme, product_code,
    product_hs4('RASFF', product_code) as hs4, product_hs2('RASFF', product_code) as hs2, hazard.hazards as hazards, classification,
    cast(null as varchar) as risk_decision, names_death(subject) as is_grave, subject, cast(null as varchar) as url, event_on,
    event_on as received_on,
    present(
        origin.flags || hazard.flags || [
            case when notifying_country is not null and notifying is null then 'notifying_country_unrecognised' end,
            case when product_category is not null and product_code = 'unknown' then 'product_category_unrecognised' end
        ]
    ) as flags,
    present([key_reason('reference', reference), needed_date_reason('date_of_case', date_of_case, event_on)]) as reasons
from parsed;
