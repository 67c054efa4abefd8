-- Grain: foreign measure (family) of which one of its days lies between $1 and $2, by the newest word of its documents on each day.
-- Purpose: the calendar of deadlines. $3 families and $4 days of granted extensions, $5 measures that may hit nobody too, $6 only those
-- that may hit an enterprise (its code, or words of its name; NULL: all), $7 how many days before its end a comment period counts.
-- Not: a table of the warehouse; matches count when they are not broad, or somebody met the measure.

with granted as (select unnest($3::varchar[]) as family, unnest($4::date[]) as granted_on),
met as (
    select family, sum(barrier_count) as barrier_count
    from mart_wto_barriers
    group by family
),
hit as (
    select
        m.family, count(distinct m.enterprise_code) as enterprise_count,
        bool_or(m.enterprise_code = $6 or contains(lower(concat_ws(' ', m.enterprise_code, m.enterprise_name)), lower($6))) as is_asked
    from mart_wto_matches as m
    left join met as b on m.family = b.family
    where not m.is_broad or b.family is not null
    group by m.family
),
families as (
    select
        n.family, max(n.symbol) filter (where n.is_newest_of_family) as symbol, max(n.area) as area,
        max(n.title) filter (where n.is_newest_of_family) as title,
        max(n.notifying_country) as notifying_country, coalesce(max(g.granted_on), max(n.comment_deadline_on)) as comment_deadline_on,
        max(g.granted_on) is not null as is_extended, max(n.adoption_on) as adoption_on, max(n.entry_into_force_on) as entry_into_force_on
    from mart_wto_notifications as n
    left join granted as g on n.family = g.family
    where n.notifying_country is distinct from 'CN'
    group by n.family
)
select
    f.*, cast(coalesce(h.enterprise_count, 0) as bigint) as enterprise_count, cast(coalesce(b.barrier_count, 0) as bigint) as barrier_count
from families as f
left join hit as h on f.family = h.family
left join met as b on f.family = b.family
where
    ($5 or h.family is not null)
    and ($6 is null or h.is_asked)
    and (
        f.comment_deadline_on between $1::date and $2::date + $7::integer
        or f.adoption_on between $1::date and $2::date
        or f.entry_into_force_on between $1::date and $2::date
    )
order by f.family;
