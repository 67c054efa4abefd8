-- macro uscc_is_valid(text): whether an 18-character unified social credit code carries the right check character: values 0-30 in the
-- alphabet without I O S V Z, weights 3^(i-1) modulo 31, check = (31 - sum mod 31) mod 31 (GB 32100-2015). Codes in real use fail it,
-- so it is only ever a flag. Anything that is not 18 such characters is not valid; a 10-character customs code is none.
create or replace temp macro uscc_value(cleaned, i) as strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substring(cleaned, i, 1)) - 1;
create or replace temp macro uscc_district(n) as
    9 * (n // 100000) + 27 * (n // 10000 % 10) + 19 * (n // 1000 % 10) + 26 * (n // 100 % 10) + 16 * (n // 10 % 10) + 17 * (n % 10);
-- Characters 3 to 8 are the digits of an administrative district: read as one number, they are taken apart by arithmetic.
create or replace temp macro uscc_is_valid(cleaned) as
    regexp_full_match(cleaned, '[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}')
    and (
        uscc_value(cleaned, 1) + 3 * uscc_value(cleaned, 2) + uscc_district(try_cast(substring(cleaned, 3, 6) as integer))
        + 20 * uscc_value(cleaned, 9) + 29 * uscc_value(cleaned, 10) + 25 * uscc_value(cleaned, 11) + 13 * uscc_value(cleaned, 12)
        + 8 * uscc_value(cleaned, 13) + 24 * uscc_value(cleaned, 14) + 10 * uscc_value(cleaned, 15) + 30 * uscc_value(cleaned, 16)
        + 28 * uscc_value(cleaned, 17) + uscc_value(cleaned, 18)
    ) % 31 = 0;

-- macro enterprise_code_flag(text): what is odd about an enterprise's code, or NULL: a USCC, or a customs code of 10 characters.
create or replace temp macro enterprise_code_flag(code) as
    case
        when code is null then null
        when strlen(code) = 18 then case when not uscc_is_valid(code) then 'uscc_check_failed' end
        when not regexp_full_match(code, '[0-9A-Z]{10}') then 'enterprise_code_odd'
    end;
