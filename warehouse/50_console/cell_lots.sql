-- Grain: inspected lot of one heading ($1) of one origin ($2) in a direction ($3), from $4 to $5; failed ones first, the newest first; $6 at most.
-- Purpose: from a cell to the declarations behind it.
-- Not: a table of the warehouse; $7 true: failed ones only.

select
    l.inspection_id, l.event_on, l.result, l.selection, l.hazard_categories, l.port_code, l.enterprise_code, d.enterprise_name,
    d.declaration_no, d.declaration_line, d.product_name, d.brand, l.file_name, l.row_no, count(*) over () as total
from core_lot as l
left join core_lot_detail as d on l.inspection_id = d.inspection_id
where
    l.hs4 = $1 and l.origin_country = $2 and l.direction = $3 and l.event_on between $4::date and $5::date
    and (l.is_failed or not $7)
order by l.is_failed desc, l.event_on desc, l.inspection_id
limit $6;
