-- Grain: document of one foreign measure, the newest first.
-- Purpose: the page of a measure; $1 is the symbol of its first notification in capitals, which also names a document circulated jointly
-- under several symbols.
-- Not: a table of the warehouse.

select *
from mart_wto_notifications
where
    upper(family) = $1
    or len(list_filter(symbols, lambda one: upper(one) = $1 or starts_with(upper(one), $1 || '/'))) > 0
order by distribution_on desc, notification_id desc;
