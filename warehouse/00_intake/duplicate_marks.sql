-- Grain: one readable row of the delivery whose key occurs more than once, in the file or on record (candidate_keys).
-- Purpose: is_duplicate: the row says what an earlier row of the file or the newest version on record says already;
-- is_repeated: the file itself holds several versions of the key. Not: rows that are set aside.
-- Reads incoming_rows (position, row_no, key_hash, content_hash) and earlier_rows (key_hash, content_hash, version order).
with standing as (
    select key_hash, arg_max(content_hash, version) as content_hash
    from earlier_rows
    where key_hash in (select key_hash from candidate_keys)
    group by key_hash
),
marked as (
    select
        i.position,
        i.key_hash,
        i.content_hash,
        coalesce(i.content_hash = s.content_hash, false)
        or row_number() over (partition by i.key_hash, i.content_hash order by i.row_no) > 1 as is_duplicate
    from incoming_rows as i
    left join standing as s on s.key_hash = i.key_hash
    where i.key_hash in (select key_hash from candidate_keys)
),
repeated as (
    select key_hash from marked where not is_duplicate group by key_hash having count(*) > 1
)
select m.position, m.is_duplicate, not m.is_duplicate and r.key_hash is not null as is_repeated
from marked as m
left join repeated as r on r.key_hash = m.key_hash
where m.is_duplicate or r.key_hash is not null
order by m.position
