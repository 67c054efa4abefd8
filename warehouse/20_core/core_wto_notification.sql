-- Grain: one document circulated by the WTO under the TBT or SPS Agreement.
-- Purpose: foreign measures that are coming, each with the family (draft, addenda, revisions) it belongs to.
-- Not: a warning: members notify measures, never bad lots. Documents of unknown form stand here too, flagged.

create or replace table core_wto_notification as
select
    notification_id, eping_id, area, symbol, symbols, family, symbol_form, document_kind, notifying_member_code,
    notifying_member_name, notifying_country, notification_type, title, description, products, hs_codes, ics_codes, objectives, keywords,
    event_on as distribution_on, comment_deadline_text, comment_deadline_on, adoption_text, adoption_on, entry_into_force_text,
    entry_into_force_on, document_url, url, delivery_id, file_name, row_no, known_on, flags
from stg_wto_notifications;
