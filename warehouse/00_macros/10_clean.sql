-- macro clean_text(text): what a person meant to write: full-width letters, digits and punctuation as half-width, no zero-width or
-- control characters, trimmed (also of the ideographic blank); NULL for nothing and for what programs write instead of nothing.
-- Not: 'None' and 无, which are answers ("no injury"); 'NA', which is Namibia.
-- Speed: a macro repeats its argument, so each branch names the raw value only, and the dear one is met only by values that need it.
create or replace temp macro trimmed(raw) as trim(raw, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(12288));

create or replace temp macro says_nothing(short) as
    regexp_full_match(short, '|-{1,3}|—{1,2}|[/.\\]|\\N|NULL|null|\(null\)|NaN|nan|#?N/A|n/a');

create or replace temp macro has_wide_or_hidden(raw) as regexp_matches(
    raw,
    '[\x{FF01}-\x{FF5E}\x{3000}\x{FFE5}\x{00A0}\x{00AD}\x{200B}-\x{200F}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFFD}\x{0000}-\x{001F}\x{007F}]'
);

-- U+FF01 .. U+FF5E are EF BC 81 .. EF BD 9E in UTF-8, so that, percent-encoded, six replacements move them all to 21 .. 7E: the
-- function translate() would build its table anew for every value. Most texts hold wide punctuation and digits only: the first two.
create or replace temp macro wide_signs(encoded) as replace(replace(encoded, '%EF%BC%8', '%2'), '%EF%BC%9', '%3');
create or replace temp macro wide_letters(encoded) as
    replace(replace(replace(replace(encoded, '%EF%BC%A', '%4'), '%EF%BC%B', '%5'), '%EF%BD%8', '%6'), '%EF%BD%9', '%7');
create or replace temp macro wide_blanks(encoded) as
    replace(replace(replace(encoded, '%E3%80%80', '%20'), '%C2%A0', '%20'), '%EF%BF%A5', '%C2%A5');
create or replace temp macro without_hidden(encoded) as
    regexp_replace(encoded, '%E2%80%8[B-F]|%E2%80%A[89A-E]|%E2%81%A[0-4]|%EF%BB%BF|%C2%AD|%EF%BF%BD|%0[0-8]', '', 'g');
create or replace temp macro half_width(raw) as
    case
        when regexp_matches(
            raw,
            '[\x{FF20}-\x{FF5E}\x{3000}\x{FFE5}\x{00A0}\x{00AD}\x{200B}-\x{200F}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFFD}\x{0000}-\x{001F}]'
        )
            then trimmed(url_decode(wide_letters(wide_blanks(wide_signs(without_hidden(url_encode(raw)))))))
        else trim(url_decode(wide_signs(url_encode(raw))))
    end;

create or replace temp macro is_blank(raw) as
    not regexp_matches(raw, '[^\s\x{3000}\x{00A0}\x{00AD}\x{200B}-\x{200F}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFFD}\x{0000}-\x{001F}]');

-- Printable ASCII, visible at both ends and too long to say nothing, as most codes are: nothing to clean.
create or replace temp macro is_plain(raw) as regexp_full_match(raw, '[0-9A-Za-z][ -~]{5,}[!-~]');

create or replace temp macro clean_text(raw) as
    case
        when raw is null then null
        when is_plain(raw) then raw
        when not has_wide_or_hidden(raw) then case when says_nothing(trim(raw)) then null else trim(raw) end
        when is_blank(raw) then null
        else half_width(raw)
    end;
