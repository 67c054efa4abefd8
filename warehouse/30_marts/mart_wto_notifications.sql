-- Grain: one document circulated by the WTO under the TBT or SPS Agreement, as known this night.
-- Purpose: foreign measures that are coming, and until when they may be commented on; a family's documents share `family`.
-- Not: which exporters they concern (mart_wto_matches), nor our own notifications.

create or replace table mart_wto_notifications as
select
    notification_id, eping_id, area, symbol, symbols, family, symbol_form, document_kind, notifying_member_code, notifying_member_name,
    notifying_country, notification_type, title, description, products, hs_codes, ics_codes, objectives, keywords, distribution_on, comment_deadline_text,
    comment_deadline_on, cast(date_diff('day', getvariable('as_of'), comment_deadline_on) as bigint) as days_left,
    row_number() over (partition by family order by distribution_on desc, notification_id desc) = 1 as is_newest_of_family, adoption_text,
    adoption_on, entry_into_force_text, entry_into_force_on, document_url, url, file_name, row_no, flags
from core_wto_notification
order by distribution_on desc, notification_id;
