-- Grain: lot of an enterprise ($1) that failed, the newest thirty.
-- Purpose: leads from the file of an enterprise to the declarations.
-- Not: a table of the warehouse; nor the lots that passed.

select
    l.inspection_id, l.event_on, l.direction, l.hs4, l.origin_country, l.selection, l.hazard_categories, l.port_code, d.declaration_no,
    d.declaration_line, d.product_name, d.brand, l.file_name, l.row_no
from core_lot as l
left join core_lot_detail as d on l.inspection_id = d.inspection_id
where l.enterprise_code = $1 and l.is_failed
order by l.event_on desc, l.inspection_id
limit 30;
