-- Grain: one document circulated by the WTO under the TBT or SPS Agreement (its ePing id).
-- Purpose: foreign measures that are coming, and until when they may be commented on.
-- Not: filled yet: the source wto_notifications is not read by this version, so the table has its columns and no rows.

create or replace table mart_wto_notifications (
    notification_id text, area text, symbol text, symbols text[], notifying_member_code text, notifying_member_name text,
    notification_type text, title text, description text, products text, hs_codes text[], ics_codes text[], objectives text[],
    distribution_on date, comment_deadline_on date, adoption_text text, adoption_on date, entry_into_force_text text,
    entry_into_force_on date, document_url text, url text
);
