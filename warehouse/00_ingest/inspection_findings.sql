-- Grain: one row of the delivery, a test item of an inspected lot. Purpose: canonical typed columns of inspection_findings.
-- Not: a failed lot (a lot may fail several items), nor deduplicated.
with parsed as not materialized (
    select
        *,
        parse_date(resulted_on) as resulted,
        parse_date(received_on) as received,
        without_point_zero(item_no) as item_no_read
    from delivery
),
judged as not materialized (
    select
        *,
        present([
            key_reason('inspection_id', inspection_id),
            key_reason('item_no', item_no_read),
            key_reason('item', item),
            needed_date_reason('resulted_on', resulted_on, resulted),
            date_reason('received_on', received_on, received)
        ]) as reasons,
        coalesce(
            hazard_category_of('*', hazard), hazard_category_in(hazard), hazard_category_of('*', item), hazard_category_in(item), 'unknown'
        ) as category
    from parsed
)
select
    row_no, row_text, inspection_id, item_no_read as item_no, item, measured_value, limit_value, unit, standard, clause, hazard, laboratory,
    resulted as resulted_on, category as hazard_category, lower(item) as substance, resulted as event_on,
    coalesce(received, resulted) as received_on,
    present([case when hazard is null then 'hazard_missing' end, case when category = 'unknown' then 'hazard_unrecognised' end]) as flags,
    reasons
from judged
