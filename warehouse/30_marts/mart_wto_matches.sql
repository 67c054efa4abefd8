-- Grain: WTO document (the newest of its family) x enterprise in China x HS code it sells to the member that notified.
-- Purpose: which exporters a foreign measure may hit, how sure that is and why, and how many days they have left to comment.
-- Not: a legal opinion. is_broad: only the chapter agrees, or no code at all and a single word: kept apart, so that the list stays short.
-- score: 1 - (1 - h)(1 - w), h by the digits that agree (10: .95, 8: .9, 6: .8, 4: .6, 2: .25, none 0), w = 1 - 0.6 ^ words found.

create or replace table mart_wto_matches as
-- An addendum rarely repeats codes, products or the deadline of its draft: the family as a whole says what is concerned.
with ahead as (
    select
        notification_id, symbol, family, area, title, notifying_country,
        max(adoption_on) over (partition by family) as adoption_on,
        max(entry_into_force_on) over (partition by family) as entry_into_force_on,
        list_distinct(flatten(list(hs_codes) over (partition by family))) as hs_codes,
        lower(string_agg(concat_ws(' ', title, products, description, array_to_string(keywords, ' ')), ' ') over (partition by family)) as said,
        max(comment_deadline_on) over (partition by family) as comment_deadline_on
    from core_wto_notification
    where distribution_on >= getvariable('as_of') - 730
    qualify row_number() over (partition by family order by distribution_on desc, notification_id desc) = 1
),
agreeing as (
    select
        n.notification_id, p.enterprise_code, p.enterprise_name, p.hs_code, p.market_country, p.origin_of_entry,
        list_filter(p.product_words, lambda word: contains(n.said, lower(word))) as matched_words,
        list_max(list_transform(
            n.hs_codes,
            lambda code: case when starts_with(code, p.hs_code) or starts_with(p.hs_code, code) then least(length(code), length(p.hs_code)) else 0 end
        )) as match_level,
        n.symbol, n.family, n.area, n.title, n.comment_deadline_on, n.adoption_on, n.entry_into_force_on
    from ahead as n
    inner join core_exporter_profile as p on n.notifying_country = p.market_country
),
scored as (
    select
        *, coalesce(match_level, 0) as level_found, len(matched_words) as words_found,
        case
            when coalesce(match_level, 0) >= 10 then 0.95
            when match_level >= 8 then 0.9
            when match_level >= 6 then 0.8
            when match_level >= 4 then 0.6
            when match_level >= 2 then 0.25
            else 0.0
        end as by_code,
        1.0 - pow(0.6, len(matched_words)) as by_words
    from agreeing
)
select
    notification_id, symbol, family, area, title, enterprise_code, enterprise_name, hs_code, cast(level_found as bigint) as match_level, market_country,
    matched_words, 1.0 - (1.0 - by_code) * (1.0 - by_words) as score,
    level_found < 4 and words_found < 2 and not (level_found = 2 and words_found = 1) as is_broad, origin_of_entry, comment_deadline_on,
    cast(date_diff('day', getvariable('as_of'), comment_deadline_on) as bigint) as days_left, adoption_on,
    entry_into_force_on
from scored
where level_found > 0 or words_found > 0
order by is_broad, score desc, notification_id, enterprise_code, hs_code;
