-- One row: one document circulated by the WTO. Dates are kept as they were written and, where they can be, parsed; a deadline stated as
-- "60 days from circulation" is computed and flagged. A symbol of unknown form, a missing HS code, an impossible date are flagged and
-- kept: whoever exports must not miss a measure because its form was filled in badly. Texts are cut at 20,000 characters.
with cleaned as not materialized (
    select
        row_no, row_text, eping_id, wto_symbols(symbols) as symbol_list, upper(area) as area_given, member_name, member_code,
        plain_text(notification_type) as type_text, plain_text(title) as title_text, plain_text(description) as description_text,
        plain_text(products) as products_text, hs_codes, ics_codes, objectives, keywords, distributed_on,
        wto_date(distributed_on) as distributed, plain_text(comment_deadline) as deadline_text, plain_text(adoption) as adoption_text,
        plain_text(entry_into_force) as force_text, document_url, url
    from delivery
),
parsed as not materialized (
    select
        *, symbol_list[1] as symbol, array_to_string(symbol_list, ', ') as notification_id,
        coalesce(wto_date(deadline_text), distributed + wto_period(deadline_text)) as deadline,
        coalesce(wto_hs_codes(hs_codes), []) as hs_list, coalesce(wto_ics_codes(ics_codes), []) as ics_list,
        greatest(length(title_text), length(description_text), length(products_text)) as longest
    from cleaned
)
select
    row_no, row_text, notification_id, eping_id, coalesce(wto_area(symbol), case when area_given in ('TBT', 'SPS') then area_given end) as area,
    symbol, symbol_list as symbols, wto_family(symbol) as family, wto_form(symbol) as symbol_form, wto_document_kind(symbol) as document_kind,
    coalesce(wto_member(symbol), member_code) as notifying_member_code, member_name as notifying_member_name,
    coalesce(country_code(wto_member(symbol)), country_code(member_name)) as notifying_country,
    type_text as notification_type, left(title_text, 20000) as title, left(description_text, 20000) as description,
    left(products_text, 20000) as products, hs_list as hs_codes, ics_list as ics_codes,
    coalesce(wto_list(objectives), []) as objectives, coalesce(wto_list(keywords), []) as keywords,
    deadline_text as comment_deadline_text, deadline as comment_deadline_on, adoption_text, wto_date(adoption_text) as adoption_on,
    force_text as entry_into_force_text, wto_date(force_text) as entry_into_force_on, document_url, url,
    coalesce(distributed, getvariable('delivered_on')) as event_on, coalesce(distributed, getvariable('delivered_on')) as received_on,
    present([
        case when wto_form(symbol) = 'other' then 'symbol_form_unknown' end,
        case when len(symbol_list) > 1 then 'joint_notification' end,
        case when len(hs_list) = 0 then 'hs_missing' end,
        case when distributed is null then 'distribution_date_unreadable' end,
        case when wto_date(deadline_text) is null and deadline is not null then 'deadline_computed' end,
        unreadable_flag('deadline_unreadable', deadline_text, deadline),
        case when deadline < distributed then 'deadline_before_distribution' end,
        case when wto_area(symbol) <> area_given and area_given in ('TBT', 'SPS') then 'area_contradicts_symbol' end,
        case when longest > 20000 then 'text_cut' end
    ]) as flags,
    present([
        key_reason('document_symbol', nullif(notification_id, '')),
        date_reason('distribution_date', null, distributed)
    ]) as reasons
from parsed;
