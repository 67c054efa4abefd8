-- Grain: one row that a person corrected or released, as the night that took the decision read it.
-- Purpose: what became of it (accepted, quarantined again, or a duplicate of what is on record by now), and which row of which file it was.
-- Not: decisions that no night has taken yet, nor rows rejected (the case store has them all).

create or replace table mart_decided_row as
with decided as (
    select *
    from read_json(
        getvariable('decided_files'),
        columns = {
            'source': 'text',
            'delivery_id': 'text',
            'row_no': 'bigint',
            'decision_id': 'text',
            'decision_kind': 'text',
            'decided_on': 'date',
            'of_delivery_id': 'text',
            'of_file_name': 'text',
            'of_row_no': 'bigint',
            'entry_id': 'bigint'
        }
    )
),
repeated as (
    select t.delivery_id, t.row_no
    from (
        select delivery_id, null::bigint as row_no, false as is_duplicate from taken_delivery where false
        union all by name
        select * from read_parquet(getvariable('decided_typed_files'), union_by_name = true)
    ) as t
    where t.is_duplicate
)
select
    d.source, d.delivery_id, d.row_no, d.decision_id, d.decision_kind, d.decided_on, t.taken_on, d.of_delivery_id, d.of_file_name,
    d.of_row_no, d.entry_id,
    case
        when q.row_no is not null or t.delivery_verdict = 'quarantined' then 'quarantined'
        when r.row_no is not null then 'duplicate'
        else 'accepted'
    end as decision_outcome,
    coalesce(q.reasons, []) as reasons
from decided as d
inner join mart_delivery as t on t.source = d.source and t.delivery_id = d.delivery_id
left join mart_quarantine as q on q.source = d.source and q.delivery_id = d.delivery_id and q.row_no = d.row_no
left join repeated as r on r.delivery_id = d.delivery_id and r.row_no = d.row_no
order by d.source, d.delivery_id, d.row_no;
