-- macro parse_number(text): the number that a cleaned text names: thousands separators, a currency sign before and 元 after are read
-- over. NULL for anything else: 1.234,56 is not guessed at.
create or replace temp macro parse_number(cleaned) as
    case
        when cleaned is null then null
        when regexp_full_match(cleaned, '[-+]?\d{1,15}(\.\d{1,12})?') then try_cast(cleaned as double)
        when regexp_full_match(cleaned, '[-+]?[¥$€£]? ?([-+]?\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,2})? ?(元|CNY|RMB)?')
            then try_cast(regexp_replace(cleaned, '[^-+0-9.eE]', '', 'g') as double)
    end;

-- macro parse_count(text): a whole number, with or without its measure word (3人, 3.0, 1,200件); NULL where it is none.
create or replace temp macro without_measure_word(cleaned) as regexp_replace(cleaned, ' ?[人名例位件批次个台只起]次?$', '');
create or replace temp macro whole(number) as case when number = floor(number) then try_cast(number as bigint) end;
create or replace temp macro parse_count(cleaned) as
    case
        when cleaned is null then null
        when regexp_full_match(cleaned, '[-+]?\d{1,15}') then try_cast(cleaned as bigint)
        else whole(parse_number(without_measure_word(cleaned)))
    end;

-- macro yes_no(text): a BOOLEAN, or NULL where the text is neither.
create or replace temp macro yes_no(cleaned) as
    case
        when lower(cleaned) in ('1', 'y', 'yes', 'true', 't', '是', '有', '√', '1.0') then true
        when lower(cleaned) in ('0', 'n', 'no', 'false', 'f', '否', '无', '×', '0.0') then false
    end;
