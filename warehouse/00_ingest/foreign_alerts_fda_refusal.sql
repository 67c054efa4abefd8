-- One row: one charge (or list of charges) of one line of an entry that the US FDA refused. Older files repeat the line for each charge:
-- each row carries the charges of all rows of its line in this file, so that none is lost where the line is the key.
-- Counted is the entry (event_key), not the line. Origin is the country of the manufacturer. Charges are ids of the FDA's list, read by
-- our own mapping. Not the whole of what was offered: no denominator.
with lines as (
    select
        *, concat_ws('-', entry_no, coalesce(document_no, ''), coalesce(line_no, ''), coalesce(line_suffix, '')) as reference
    from delivery
),
charged as (
    select
        *,
        list(coalesce(charges, '')) over (
            partition by reference order by row_no rows between unbounded preceding and unbounded following
        ) as line_charges
    from lines
),
parsed as (
    select
        row_no, row_text, entry_no, reference, refused_on, parse_date(mdy_text(refused_on)) as event_on,
        origins_of(origin_country) as origin, fda_product,
        product_code_of('FDA', substr(fda_product, 1, 2)) as product_code, product_name,
        paired_hazards(
            'fda_refusal', [],
            list_filter(regexp_split_to_array(array_to_string(line_charges, ' '), '[^0-9]+'), lambda charge: charge <> '')
        ) as hazard,
        firm_name
    from charged
)
select
    row_no, row_text, 'fda_refusal' as system, case when entry_no is not null then reference end as reference, entry_no as event_key,
    'US' as notifying_country, origin.codes as origin_countries, fda_product as product_category, product_name,
    'FDA' as product_scheme, product_code, product_hs4('FDA', product_code) as hs4, product_hs2('FDA', product_code) as hs2,
    hazard.hazards as hazards, 'import refusal' as classification, cast(null as varchar) as risk_decision, false as is_grave,
    concat_ws(', ', product_name, firm_name) as subject, cast(null as varchar) as url, event_on, event_on as received_on,
    present(
        origin.flags || hazard.flags || [
            case when fda_product is not null and product_code = 'unknown' then 'product_category_unrecognised' end
        ]
    ) as flags,
    present([key_reason('entry_num', entry_no), needed_date_reason('refusal_date', refused_on, event_on)]) as reasons
from parsed;
