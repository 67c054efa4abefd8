-- macros that read a cell as it was delivered (delivered_cells): the forms that programs write are taken as they are, everything else goes
-- the long way through clean_text. They give what the macros on cleaned text give; only large files need them.
create or replace temp macro date_in(cell) as
    case
        when strlen(cell) = 10 and try_cast(cell as date) between date '1950-01-01' and date '2100-12-31' then try_cast(cell as date)
        when cell is null then null
        else parse_date(clean_text(cell))
    end;
create or replace temp macro hs_in(cell) as
    case when regexp_full_match(cell, '\d{10}|\d{8}|\d{6}|\d{4}|\d{13}') then cell else hs_digits(clean_text(cell)) end;
create or replace temp macro direction_in(cell) as
    case
        when cell in ('import', '进口') then 'import'
        when cell in ('export', '出口') then 'export'
        else direction_of(clean_text(cell))
    end;
create or replace temp macro result_in(cell) as
    case
        when cell in ('pass', '合格') then 'pass'
        when cell in ('fail', '不合格') then 'fail'
        else result_of(clean_text(cell))
    end;
create or replace temp macro selection_in(cell) as
    case
        when cell in ('random', '随机', '随机布控') then 'random'
        when cell in ('targeted', '布控') then 'targeted'
        else selection_of(clean_text(cell))
    end;
create or replace temp macro trade_mode_in(cell) as
    case when strlen(cell) = 4 and regexp_full_match(cell, '\d{4}') then cell else trade_mode_of(clean_text(cell)) end;
create or replace temp macro number_in(cell) as
    case when regexp_full_match(cell, '\d{1,15}(\.\d{1,12})?') then try_cast(cell as double) else parse_number(clean_text(cell)) end;
create or replace temp macro count_in(cell) as
    case when regexp_full_match(cell, '\d{1,15}') then try_cast(cell as bigint) else parse_count(clean_text(cell)) end;
create or replace temp macro code_in(cell) as
    case when regexp_full_match(cell, '\d{2,18}') then cell else without_point_zero(clean_text(cell)) end;
