-- macro plain_text(html): text without mark-up: scripts and styles go with their content, tags become blanks, the usual entities are
-- read, blanks run together. Not: a sanitiser for a page; whoever shows it still escapes it.
create or replace temp macro without_tags(html) as regexp_replace(
    regexp_replace(html, '(?is)<(script|style)\b[^>]*>.*?(</(script|style)\s*>|$)', ' ', 'g'), '(?s)<[a-zA-Z!/][^<>]*>', ' ', 'g'
);
create or replace temp macro without_entities(text) as replace(
    replace(replace(replace(replace(replace(replace(text, '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&apos;', ''''),
    '&amp;', '&'
);
create or replace temp macro plain_text(html) as
    case
        when not regexp_matches(html, '[<&\r\n\t]|  ') then html
        else nullif(trim(regexp_replace(without_entities(without_tags(html)), '\s+', ' ', 'g')), '')
    end;

-- macro wto_symbols(text): the symbols that a cell lists, as they are written, without blanks; a joint notification has several.
create or replace temp macro wto_symbols(listed) as list_filter(
    list_transform(string_split_regex(listed, '[,;\n]|\s+(?:and|&)\s+'), lambda one: regexp_replace(one, '\s+', '', 'g')),
    lambda one: one <> ''
);

-- macros wto_form, wto_area, wto_member, wto_family(symbol): what a symbol says by itself.
-- Forms: notification (G/TBT/N/CHN/12), old (G/TBT/Notif.00/194), equivalence (G/SPS/N/EQV/3, no member), agreement (G/TBT/10.7/N/12),
-- statement (G/TBT/2/Add.12), other; the family is the symbol of the document that addenda and revisions belong to.
create or replace temp macro wto_form(symbol) as
    case
        when regexp_full_match(symbol, 'G/SPS/N/EQV/\d+(/(Add|Corr|Rev|Suppl)\.\d+)*') then 'equivalence'
        when regexp_full_match(symbol, 'G/(TBT|SPS)/N/[A-Z]{2,4}/\d+(/(Add|Corr|Rev|Suppl)\.\d+)*') then 'notification'
        when regexp_full_match(symbol, 'G/(TBT|SPS)/Notif\.\d{2}/\d+(/(Add|Corr|Rev|Suppl)\.\d+)*') then 'old'
        when regexp_full_match(symbol, 'G/TBT/10\.7/N/\d+(/(Add|Corr|Rev|Suppl)\.\d+)*') then 'agreement'
        when regexp_full_match(symbol, 'G/TBT/2/Add\.\d+(/(Add|Corr|Rev|Suppl)\.\d+)*') then 'statement'
        else 'other'
    end;
create or replace temp macro wto_area(symbol) as nullif(regexp_extract(symbol, '^G/(TBT|SPS)/', 1), '');
create or replace temp macro wto_member(symbol) as
    case when wto_form(symbol) = 'notification' then regexp_extract(symbol, '^G/[A-Z]+/N/([A-Z]+)/', 1) end;
create or replace temp macro wto_family(symbol) as
    case
        when wto_form(symbol) = 'statement' then regexp_extract(symbol, '^(G/TBT/2/Add\.\d+)', 1)
        else regexp_replace(symbol, '(/(Add|Corr|Rev|Suppl)\.\d+)+$', '')
    end;

-- macro wto_document_kind(symbol): what the last link of the chain makes of it.
create or replace temp macro wto_document_kind(symbol) as
    case
        when symbol = wto_family(symbol) then 'original'
        else case regexp_extract(symbol, '/(Add|Corr|Rev|Suppl)\.\d+$', 1)
            when 'Add' then 'addendum'
            when 'Corr' then 'corrigendum'
            when 'Rev' then 'revision'
            when 'Suppl' then 'supplement'
        end
    end;

-- macro wto_codes(text): HS codes of 2 to 10 digits in a list however it is separated, dots read over, each once in order.
create or replace temp macro wto_hs_codes(listed) as list_sort(list_distinct(list_filter(
    regexp_extract_all(regexp_replace(listed, '(\d)\.(\d)', '\1\2', 'g'), '\d+'),
    lambda code: length(code) in (2, 4, 6, 8, 10) and left(code, 2) between '01' and '97'
)));
create or replace temp macro wto_ics_codes(listed) as
    list_sort(list_distinct(regexp_extract_all(listed, '\b\d{2}(?:\.\d{3}(?:\.\d{2})?)?\b')));

-- macro wto_list(text): the entries of a list that people or programs separated by ; | or lines, or JSON wrote in brackets.
create or replace temp macro wto_list(listed) as list_filter(
    list_transform(
        string_split_regex(regexp_replace(listed, '^\s*\[|\]\s*$', '', 'g'), '"\s*,\s*"|[;|\n]'), lambda one: trim(one, ' "')
    ),
    lambda one: one <> ''
);

-- macros wto_date, wto_period: a date (day first, as the WTO writes), or the days of "60 days from circulation".
create or replace temp macro wto_date(cleaned) as parse_date(dmy_text(cleaned));
create or replace temp macro wto_period(cleaned) as try_cast(regexp_extract(
    cleaned, '(?i)(\d{1,3})\s*(?:calendar )?days?\s+(?:from|after|following)\s+(?:the\s+)?(?:date\s+of\s+)?(?:circulation|notification|distribution)', 1
) as integer);
