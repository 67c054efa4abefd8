-- Grain: one row of the delivery. Purpose: the canonical rows that the layout's SQL gives (layout_rows) with what the delivery adds:
-- where the row came from, when it is known, and its text where it cannot be taken.
-- Not: numbered where the file is numbered afterwards (row_no 0), nor marked as duplicate yet.
select
    r.* exclude (row_text, reasons),
    case
        when len(r.reasons) = 0 then r.reasons
        -- A row whose cells have slipped may carry a telephone number anywhere.
        when getvariable('has_narrative') then list_transform(r.reasons, lambda why: mask_personal(why))
        else list_transform(r.reasons, lambda why: mask_slipped(why))
    end as reasons,
    getvariable('delivery_id') as delivery_id,
    getvariable('file_name') as file_name,
    getvariable('delivered_on') as delivered_on,
    case
        when getvariable('is_history') then coalesce(r.received_on, getvariable('delivered_on'))
        else greatest(r.received_on, getvariable('delivered_on'))
    end as known_on,
    false as is_duplicate,
    case
        when len(r.reasons) = 0 then null
        when getvariable('has_narrative') then mask_personal(cast(to_json(r.row_text) as varchar))
        else mask_slipped(cast(to_json(r.row_text) as varchar))
    end as row_json
from layout_rows as r
