-- macro parse_date(text): the date that a cleaned text names, or NULL where it names none that exists between 1950 and 2100.
-- Forms: 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日, 20261121, with or without a time; Excel serial numbers; instants with a
-- time zone (their date in China). Not: 21/11/2026, which only a source that says so may use (dmy_text, mdy_text).
create or replace temp macro sane_date(day) as case when day between date '1950-01-01' and date '2100-12-31' then day end;

create or replace temp macro odd_date(cleaned) as sane_date(
    case
        when regexp_full_match(cleaned, '\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|[+-]\d{2}(:?\d{2})?)')
            then cast(try_cast(cleaned as timestamptz) as date)
        when regexp_full_match(cleaned, '\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?([T ]*\d{1,2}[:时].*)?')
            then try_cast(regexp_replace(cleaned, '^(\d{4})\D+(\d{1,2})\D+(\d{1,2}).*$', '\1-\2-\3') as date)
        when regexp_full_match(cleaned, '\d{8}(\d{6})?(\.0)?')
            then try_cast(regexp_replace(cleaned, '^(\d{4})(\d{2})(\d{2}).*$', '\1-\2-\3') as date)
        -- Days since 1899-12-30, as spreadsheets count them: 20000 is 1954, 73050 is 2099.
        when regexp_full_match(cleaned, '[2-7]\d{4}(\.\d+)?')
            then date '1899-12-30' + cast(floor(try_cast(cleaned as double)) as integer)
    end
);

create or replace temp macro parse_date(cleaned) as
    case
        when cleaned is null then null
        when strlen(cleaned) = 10 and try_cast(cleaned as date) is not null then sane_date(try_cast(cleaned as date))
        else odd_date(cleaned)
    end;

-- macros dmy_text(text), mdy_text(text): 21/11/2026 (day first) or 11/21/2026 (month first) as 2026-11-21; other texts as they are.
create or replace temp macro dmy_text(cleaned) as
    regexp_replace(cleaned, '^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(.*)$', '\3-\2-\1\4');
create or replace temp macro mdy_text(cleaned) as
    regexp_replace(cleaned, '^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(.*)$', '\3-\1-\2\4');
