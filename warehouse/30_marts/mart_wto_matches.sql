-- Grain: WTO document x enterprise in China x product that it concerns.
-- Purpose: which exporters a foreign measure will hit, and how many days they have left to comment.
-- Not: filled yet: matching needs the exporters' profiles, so the table has its columns and no rows.

create or replace table mart_wto_matches (
    notification_id text, symbol text, enterprise_code text, enterprise_name text, hs_code text, match_level bigint,
    market_country text, matched_words text[], comment_deadline_on date, days_left bigint
);
