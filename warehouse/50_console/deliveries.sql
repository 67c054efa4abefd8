-- Grain: one delivery of a source ($1, or NULL for all) that came on $2 or later, history and rows decided by people left out.
-- Purpose: when files came, beside when they were due.
-- Not: a table of the warehouse; nor files that no night has taken in.

select source, delivery_id, file_name, delivered_on, taken_on, delivery_verdict, read_count, accepted_count, quarantined_count, duplicate_count
from mart_delivery
where ($1 is null or source = $1) and delivered_on >= $2 and not is_history and not is_decided
order by source, delivered_on, delivery_id;
