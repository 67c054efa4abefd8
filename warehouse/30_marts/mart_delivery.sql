-- Grain: one delivery that the night, or one before it, took in and checked.
-- Purpose: what came when, and what became of its rows; read = accepted + quarantined + duplicates.
-- Not: the files in landing/: one that is still being written, or came after the night, is not here.

create or replace table mart_delivery as
select
    source, delivery_id, file_name, delivered_on, taken_on, is_history, is_decided, layout, verdict as delivery_verdict, read_count,
    accepted as accepted_count, quarantined as quarantined_count, duplicates as duplicate_count
from taken_delivery
order by source, delivered_on, delivery_id;
