-- One row: one Safety Gate alert of the portal's list. The list carries no date unless a column of that kind was added: then the only
-- thing known is the year at the end of the alert number. Such a row has event_on = 1 January of that year, received_on = the day the
-- file was delivered, and the flags date_missing and event_year_only: it may be listed, but says nothing of any week.
-- Risk types are joined by ','. Several products share an alert only in the detail pages, not here.
with parsed as not materialized (
    select
        row_no, row_text, reference, event_date, parse_date(dmy_text(event_date)) as given_on, origins_of(origin_countries) as origin,
        country_code(notifying_country) as notifying, product_category, product_code_of('SAFETY_GATE', product_category) as product_code,
        concat_ws(', ', product_name, brand, model) as product_name, risk_type, risk_description,
        paired_hazards('safety_gate', [], string_split(risk_type, ',')) as hazard, risk_level, alert_type, measures, url,
        product_description,
        try_cast(regexp_extract(reference, '/(\d{2})$', 1) as integer) + 2000 as alert_year
    from delivery
),
dated as (
    select
        *,
        coalesce(
            given_on, least(make_date(alert_year, 1, 1), getvariable('delivered_on')), getvariable('delivered_on')
        ) as event_on
    from parsed
)
select
    row_no, row_text, 'safety_gate' as system, reference, reference as event_key, coalesce(notifying, 'unknown') as notifying_country,
    origin.codes as origin_countries, product_category, product_name, 'SAFETY_GATE' as product_scheme, product_code,
    product_hs4('SAFETY_GATE', product_code) as hs4, product_hs2('SAFETY_GATE', product_code) as hs2, hazard.hazards as hazards,
    coalesce(alert_type, risk_level) as classification, measures as risk_decision, names_death(risk_description) as is_grave,
    coalesce(risk_description, concat_ws(', ', product_description, risk_type)) as subject, url, event_on,
    case when given_on is not null then given_on else getvariable('delivered_on') end as received_on,
    present(
        origin.flags || hazard.flags || [
            case when given_on is null then 'date_missing' end,
            case when given_on is null and alert_year is not null then 'event_year_only' end,
            case when product_category is not null and product_code = 'unknown' then 'product_category_unrecognised' end
        ]
    ) as flags,
    present([key_reason('alert_number', reference), date_reason('date', event_date, given_on)]) as reasons
from dated;
