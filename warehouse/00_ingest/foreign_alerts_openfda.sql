-- One row: one recall number of openFDA's food enforcement reports. Counted is the event (one event has many recall numbers).
-- The country given is that of the recalling firm, not of origin: the origin is 'unknown' unless the product text says where it was
-- made, which is flagged as inferred. Category and hazards are read from the product and reason texts, flagged. Class I alone is not
-- grave (nearly half of all recalls are): grave is where the reason names a death. received_on is the date of publication.
with parsed as not materialized (
    select
        row_no, row_text, recall_no, event_id, classification, reason, product_description, firm_name,
        initiated_on, reported_on, coalesce(parse_date(initiated_on), parse_date(reported_on)) as event_on,
        parse_date(reported_on) as received_on,
        country_code(trim(regexp_extract(
            product_description,
            '(?i)(?:product of|made in|produced in|manufactured in|imported from|grown in|produce of) (?:the )?'
                || '((?:[A-Z][a-zA-Z]+\.?)(?: (?:and )?[A-Z][a-zA-Z]+){0,2})',
            1
        ))) as origin_long,
        country_code(regexp_extract(
            product_description,
            '(?i)(?:product of|made in|produced in|manufactured in|imported from|grown in|produce of) (?:the )?([A-Z][a-zA-Z]+)', 1
        )) as origin_short,
        product_code_in('OPENFDA', product_description) as product_code, hazards_in('food', reason) as hazards
    from delivery
),
named as (
    select
        *, coalesce(nullif(coalesce(origin_long, origin_short), 'unknown'), 'unknown') as origin_country,
        coalesce(product_code, 'unknown') as category_code
    from parsed
)
select
    row_no, row_text, 'openfda' as system, recall_no as reference, coalesce(event_id, recall_no) as event_key, 'US' as notifying_country,
    [origin_country] as origin_countries, cast(null as varchar) as product_category, product_description as product_name,
    'OPENFDA' as product_scheme, category_code as product_code, product_hs4('OPENFDA', category_code) as hs4,
    product_hs2('OPENFDA', category_code) as hs2,
    case
        when len(hazards) > 0 then hazards
        when reason is not null then [{'substance': cast(null as varchar), 'hazard_category': 'other_hazard'}]
        else [{'substance': cast(null as varchar), 'hazard_category': 'unknown'}]
    end as hazards,
    classification, cast(null as varchar) as risk_decision, names_death(reason) as is_grave,
    concat_ws(': ', firm_name, reason) as subject, cast(null as varchar) as url, event_on, received_on,
    present(
        [
            case when origin_country = 'unknown' then 'origin_missing' else 'origin_inferred' end,
            case when reason is null then 'hazard_missing' when hazards is null then 'hazard_unrecognised' else 'hazard_inferred' end,
            case when product_code is not null then 'product_category_inferred' end,
            unreadable_flag('event_date_unreadable', initiated_on, parse_date(initiated_on))
        ]
    ) as flags,
    present([
        key_reason('recall_number', recall_no), needed_date_reason('report_date', reported_on, received_on)
    ]) as reasons
from named;
