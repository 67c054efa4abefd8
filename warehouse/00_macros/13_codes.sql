-- macro hs_digits(text): a tariff code as digits only, 2 to 10 or 13 of them (10 + the 3 of the inspection list), without dots and
-- blanks, and with the leading zero that a spreadsheet has eaten. NULL where the text is no such code.
create or replace temp macro bare_digits(cleaned) as regexp_replace(regexp_replace(cleaned, '^(\d+)\.0$', '\1'), '\D', '', 'g');
create or replace temp macro with_leading_zero(digits) as
    case
        when length(digits) in (2, 4, 6, 8, 10, 13) then digits
        when length(digits) in (1, 3, 5, 7, 9, 12) then '0' || digits
    end;
create or replace temp macro hs_digits(cleaned) as
    case
        when cleaned is null then null
        when regexp_full_match(cleaned, '\d{10}|\d{8}|\d{6}|\d{4}|\d{13}') then cleaned
        when regexp_full_match(cleaned, '\d[\d .\-]*') then with_leading_zero(bare_digits(cleaned))
    end;

-- macro hs_is_possible(digits): chapters 01 to 97 but 77, which is kept free, and 98, which members use nationally.
create or replace temp macro hs_is_possible(digits) as
    left(digits, 2) between '01' and '98' and left(digits, 2) <> '77';

-- macro trade_mode_of(text): the supervision mode as four digits (0110 loses its zero in spreadsheets), also from its Chinese name.
create or replace temp macro trade_mode_of(cleaned) as
    case
        when cleaned is null then null
        when regexp_full_match(cleaned, '\d{4}') then cleaned
        when regexp_full_match(cleaned, '\d{2,3}') then lpad(cleaned, 4, '0')
        when regexp_full_match(cleaned, '\d{2,4}\.0') then lpad(left(cleaned, length(cleaned) - 2), 4, '0')
        when regexp_full_match(cleaned, '\d{4}\D.*') then left(cleaned, 4)
        else case cleaned
            when '一般贸易' then '0110'
            when '来料加工' then '0214'
            when '进料对口' then '0615'
            when '保税电商' then '1210'
            when '保税电商A' then '1239'
            when '市场采购' then '1039'
            when '退运货物' then '4561'
            when '电子商务' then '9610'
            when '跨境电商B2B直接出口' then '9710'
            when '跨境电商出口海外仓' then '9810'
        end
    end;

-- macro without_point_zero(text): a code that a spreadsheet made a number (12345.0) as it was.
create or replace temp macro without_point_zero(cleaned) as
    case when suffix(cleaned, '.0') and regexp_full_match(cleaned, '\d+\.0') then left(cleaned, length(cleaned) - 2) else cleaned end;

-- macros country_key, country_key_short: the keys under which a spelling may stand in ref_country_alias; both together find what
-- country_code finds, as plain joins that stream.
create or replace temp macro country_key(cleaned) as
    case when strlen(cleaned) <= 3 and regexp_full_match(cleaned, '[A-Za-z0-9]{1,3}') then lower(cleaned) else match_key(cleaned) end;
create or replace temp macro country_key_short(cleaned) as
    case when contains(cleaned, '(') then match_key(regexp_replace(cleaned, '\s*\([^()]*\)\s*$', '')) end;
