-- Grain: one row of a delivery that was set aside, with every reason; the order of the file is kept.
-- Purpose: lake/quarantine/<source>/<delivery_id>.parquet: what to correct and release, by file and row.
-- Not: rows on record already (duplicates go nowhere). row_json stays empty where the row still showed personal data, and beyond
--      row 100,000 of a delivery of which more rows than that are set aside (those are in lake/typed, by row_no).
select
    getvariable('source') as source,
    delivery_id,
    file_name,
    row_no,
    received_on,
    delivered_on,
    key_text,
    failed as reasons,
    case
        when list_contains(failed, 'narrative_is_masked') then null
        else coalesce(row_json, row_text)
    end as row_json
from judged
where not is_duplicate and len(failed) > 0
