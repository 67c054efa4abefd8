-- macro clean_text(text): what a person meant to write: full-width letters, digits and punctuation as half-width, no zero-width or
-- control characters, trimmed (also of the ideographic blank); NULL for nothing and for what programs write instead of nothing.
-- Not: 'None' and 无, which are answers ("no injury"); 'NA', which is Namibia.
create or replace temp macro half_width(raw) as trim(
    regexp_replace(
        translate(
            raw,
            '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　￥',
            '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ¥'
        ),
        '[\x{00AD}\x{200B}-\x{200F}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFFD}]', '', 'g'
    ),
    e' \t\r\n\v\f\u00a0'
);

-- Plain ASCII, as most codes are, needs no more than trimming: as many bytes as characters tells it.
create or replace temp macro clean_text(raw) as
    case
        when raw is null then null
        when strlen(raw) = length(raw) then
            case
                when strlen(trim(raw, e' \t\r\n\v\f')) > 6 then trim(raw, e' \t\r\n\v\f')
                when trim(raw, e' \t\r\n\v\f') in ('', '-', '--', '---', '/', '\', '\N', '.', 'NULL', 'null', '(null)', 'NaN', 'nan', 'N/A', 'n/a', '#N/A') then null
                else trim(raw, e' \t\r\n\v\f')
            end
        when half_width(raw) in ('', '-', '--', '—', '——', '/', 'NULL', 'null', '(null)', 'N/A', 'n/a') then null
        else half_width(raw)
    end;
