-- Grain: foreign measure x enterprise, by its best match.
-- Purpose: what advisers work through: measures that may still be commented on or have no deadline, the most urgent first.
-- $4: also those whose comment period is over.
-- $1: one enterprise's code or NULL; $2: broad matches too; $3: at most so many rows.
-- Not: a table of the warehouse: a query that the command line runs.

select
    notification_id, symbol, family, area, title, enterprise_code, enterprise_name, market_country, arg_max(hs_code, score) as hs_code,
    arg_max(match_level, score) as match_level, arg_max(matched_words, score) as matched_words, max(score) as score,
    min(comment_deadline_on) as comment_deadline_on, min(days_left) as days_left, max(adoption_on) as adoption_on,
    max(entry_into_force_on) as entry_into_force_on
from mart_wto_matches
where ($1 is null or enterprise_code = $1) and ($2 or not is_broad) and (days_left is null or days_left >= 0 or $4)
group by notification_id, symbol, family, area, title, enterprise_code, enterprise_name, market_country
order by days_left nulls last, score desc, notification_id, enterprise_code
limit $3;
