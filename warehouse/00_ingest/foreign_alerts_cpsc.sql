-- One row: one recall of the US Consumer Product Safety Commission's list (the same number may come again in Spanish or re-dated: the
-- last row counts). The list has no product category: it is read from name and heading, flagged; hazards from the heading
-- and the hazard description, flagged. Origin is 'Manufactured In', where empty 'unknown'. Grave is where the incidents name a death.
with parsed as not materialized (
    select
        row_no, row_text, reference, event_date, parse_month_name_date(event_date) as event_on,
        origins_of(regexp_replace(regexp_replace(origin_countries, '\([^)]*\)', '', 'g'), '(?i)assembled in ', '', 'g')) as origin,
        coalesce(product_name, heading) as product_name, heading, hazard_description, incidents,
        coalesce(product_code_in('CPSC', product_name), product_code_in('CPSC', heading), 'unknown') as product_code,
        coalesce(
            hazards_in(
                'consumer',
                concat_ws(' ', regexp_extract(heading, '(?i)(?:due to|because of|debido a|por) (.*)$', 1), hazard_description)
            ),
            hazards_in('consumer', heading)
        ) as hazards
    from delivery
)
select
    row_no, row_text, 'cpsc' as system, reference, reference as event_key, 'US' as notifying_country, origin.codes as origin_countries,
    cast(null as varchar) as product_category, product_name, 'CPSC' as product_scheme, product_code,
    product_hs4('CPSC', product_code) as hs4, product_hs2('CPSC', product_code) as hs2,
    case
        when len(hazards) > 0 then hazards
        when coalesce(heading, hazard_description) is not null
            then [{'substance': cast(null as varchar), 'hazard_category': 'other_hazard'}]
        else [{'substance': cast(null as varchar), 'hazard_category': 'unknown'}]
    end as hazards,
    'recall' as classification, cast(null as varchar) as risk_decision, names_death(incidents) as is_grave, heading as subject,
    cast(null as varchar) as url, event_on, event_on as received_on,
    present(
        origin.flags || [
            case when len(hazards) > 0 then 'hazard_inferred' else 'hazard_unrecognised' end,
            case when product_code <> 'unknown' then 'product_category_inferred' end
        ]
    ) as flags,
    present([key_reason('reference', reference), needed_date_reason('date', event_date, event_on)]) as reasons
from parsed;
