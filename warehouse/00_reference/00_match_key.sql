-- macro match_key(text): the form in which two spellings of one name are compared: lower case, no accents, anything that is
-- neither letter nor digit as one blank, no article before or after. 'Côte d’Ivoire', 'COTE D''IVOIRE' -> 'cote d ivoire';
-- 'Gambia (the)', 'the Gambia' -> 'gambia'; '中国香港' stays. NULL and blank give NULL.
-- Not a display form.
create or replace temp macro match_key(raw) as
    nullif(
        regexp_replace(
            trim(regexp_replace(lower(strip_accents(raw)), '[^\p{L}\p{N}]+', ' ', 'g')),
            '^the | the$', '', 'g'
        ),
        ''
    );

-- macro needle_of(phrase): what to look for in words_in(text). An English phrase is whole words ('ham' is not in 'shampoo'), the last
-- one open where it ends in '*'; a phrase with Chinese characters stands anywhere.
create or replace temp macro needle_of(phrase) as
    case
        when regexp_matches(phrase, '\p{Han}') then match_key(phrase)
        when ends_with(phrase, '*') then ' ' || match_key(phrase)
        else ' ' || match_key(phrase) || ' '
    end;
create or replace temp macro words_in(raw) as ' ' || match_key(raw) || ' ';
