-- macro reason(code, column, text): why a row is set aside, with the column and the value met (at most 40 characters; typed_rows.sql masks it).
create or replace temp macro reason(code, of_column, met) as
    code || ': ' || of_column || '=' || coalesce(left(cast(met as varchar), 40), '');

-- macro present(list): the list without its NULLs.
create or replace temp macro present(items) as list_filter(items, lambda item: item is not null);

-- macros about one date column: the text that was delivered, the date read from it, the latest date it can be.
create or replace temp macro date_reason(of_column, met, day) as
    case
        when day is null and met is not null then reason('date_unreadable', of_column, met)
        when day > getvariable('latest_on') then reason('date_after_delivery', of_column, day)
    end;
create or replace temp macro needed_date_reason(of_column, met, day) as
    case when day is null and met is null then 'date_missing: ' || of_column else date_reason(of_column, met, day) end;

-- macro count_reason(column, text, number): a count or an amount below zero cannot be.
create or replace temp macro negative_reason(of_column, number) as
    case when number < 0 then reason('negative', of_column, number) end;

create or replace temp macro key_reason(of_column, met) as case when met is null then 'key_missing: ' || of_column end;

-- macro answer_reason(column, text, answer): a needed answer that is missing or not on the list.
create or replace temp macro answer_reason(of_column, met, answer) as
    case
        when answer is not null then null
        when met is null then 'missing: ' || of_column
        else reason('not_recognised', of_column, met)
    end;

create or replace temp macro hs_reason(met, digits) as
    case
        when digits is not null and hs_is_possible(digits) then null
        when met is not null then reason('hs_impossible', 'hs_code', met)
    end;

-- macros that flag what is odd but kept.
create or replace temp macro hs_flag(met, digits) as
    case
        when strlen(digits) > 2 then null
        when digits is not null then 'hs_chapter_only'
        when met is null then 'hs_missing'
    end;
create or replace temp macro origin_flag(met, country) as
    case
        when country = 'unknown' then 'origin_missing'
        when country is not null then null
        when met is null then 'origin_missing'
        else 'origin_unrecognised'
    end;
create or replace temp macro unreadable_flag(flag, met, readable) as
    case when readable is null and met is not null then case when not says_unknown(met) then flag end end;
