-- macros that read a cell as it was delivered (delivered_cells) where a program wrote it in the usual form, and else give NULL: the cell
-- is then cleaned and read by the macros on cleaned text, which would give the same. Only files of millions of rows need them.
create or replace temp macro quick_date(cell) as
    case when strlen(cell) = 10 and try_cast(cell as date) between date '1950-01-01' and date '2100-12-31' then try_cast(cell as date) end;
create or replace temp macro quick_hs(cell) as case when regexp_full_match(cell, '\d{10}|\d{8}|\d{6}|\d{4}|\d{13}') then cell end;
create or replace temp macro quick_direction(cell) as
    case when cell in ('import', '进口') then 'import' when cell in ('export', '出口') then 'export' end;
create or replace temp macro quick_result(cell) as
    case when cell in ('pass', '合格') then 'pass' when cell in ('fail', '不合格') then 'fail' end;
create or replace temp macro quick_selection(cell) as
    case when cell in ('random', '随机', '随机布控') then 'random' when cell in ('targeted', '布控') then 'targeted' end;
create or replace temp macro quick_number(cell) as
    case when regexp_full_match(cell, '\d{1,15}(\.\d{1,12})?') then try_cast(cell as double) end;
create or replace temp macro quick_code(cell) as case when regexp_full_match(cell, '\d{2,18}') then cell end;
