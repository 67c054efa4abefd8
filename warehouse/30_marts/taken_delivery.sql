-- Grain: one delivery that the night, or one before it, took in and checked.
-- Purpose: what the marts on freshness and quarantine tell of; history that no night took in is there for every night.
-- Not: a published table (a temporary view): mart_delivery is.

create or replace temp view taken_delivery as
select
    source, delivery_id, file_name, delivered_on, coalesce(is_history, false) as is_history, coalesce(is_decided, false) as is_decided,
    night as taken_on, layout, verdict, "read" as read_count, accepted, quarantined, duplicates
from read_json(
    getvariable('delivery_files'),
    columns = {
        'source': 'text',
        'delivery_id': 'text',
        'file_name': 'text',
        'delivered_on': 'date',
        'is_history': 'boolean',
        'is_decided': 'boolean',
        'night': 'date',
        'layout': 'text',
        'verdict': 'text',
        'state': 'text',
        'read': 'bigint',
        'accepted': 'bigint',
        'quarantined': 'bigint',
        'duplicates': 'bigint'
    }
)
where
    state = 'checked'
    and case when night is null then is_history or delivered_on < getvariable('as_of') else night <= getvariable('as_of') end;
