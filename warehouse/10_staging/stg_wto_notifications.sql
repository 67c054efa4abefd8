-- Grain: one document circulated by the WTO; key notification_id (its symbol, or all symbols of a joint one).
-- Purpose: of each key the newest version that was known before the night; replaying a night gives what it knew then.
-- Not: the history of corrections (lake/accepted keeps every version), nor rows set aside (lake/quarantine).

-- The columns this table can rely on: a partition that lacks one gives NULL, a source that never delivered gives no rows.
create or replace temp table contract_wto_notifications (
    notification_id text, eping_id text, area text, symbol text, symbols text[], family text, symbol_form text, document_kind text,
    notifying_member_code text, notifying_member_name text, notifying_country text, notification_type text, title text, description text, products text,
    hs_codes text[], ics_codes text[], objectives text[], keywords text[], comment_deadline_text text, comment_deadline_on date,
    adoption_text text, adoption_on date, entry_into_force_text text, entry_into_force_on date, document_url text, url text,
    delivery_id text, file_name text, row_no bigint, event_on date, received_on date, delivered_on date, known_on date, flags text[]
);

create or replace temp view delivered_wto_notifications as
from (
    select * from contract_wto_notifications
    union all by name
    select * from read_parquet(getvariable('wto_notifications_files'), union_by_name = true)
)
where known_on < getvariable('as_of');

create or replace temp view stg_wto_notifications as
select
    notification_id, eping_id, area, symbol, symbols, family, symbol_form, document_kind, notifying_member_code,
    notifying_member_name, notifying_country, notification_type, title, description, products, hs_codes, ics_codes, objectives, keywords,
    comment_deadline_text, comment_deadline_on, adoption_text, adoption_on, entry_into_force_text, entry_into_force_on,
    document_url, url, delivery_id, file_name, row_no, event_on, received_on, delivered_on, known_on, flags
from delivered_wto_notifications
qualify row_number() over (partition by notification_id order by known_on desc, delivered_on desc, delivery_id desc, row_no desc) = 1;
