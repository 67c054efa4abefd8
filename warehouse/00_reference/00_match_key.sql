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

-- Phrases in free text. macro words_in(text): what is searched; macro needle_of(phrase): what it is searched for. An English phrase is
-- whole words ('ham' is not in 'shampoo'), the last one open where it ends in '*'; a phrase that begins with a Chinese character stands
-- anywhere. macro keys_in(words), needle_key(phrase): three letters, or one Chinese character, that both must share: so that only the few
-- phrases that can be there are looked for (a plain equality join) instead of all of them.
create or replace temp macro words_in(raw) as ' ' || match_key(raw) || ' ';
create or replace temp macro needle_of(phrase) as
    case
        when regexp_matches(phrase, '^\p{Han}') then match_key(phrase)
        when ends_with(phrase, '*') then ' ' || match_key(phrase)
        else ' ' || match_key(phrase) || ' '
    end;
create or replace temp macro keys_in(words) as
    list_distinct(list_transform(string_split(words, ' '), lambda w: left(w, 3)) || regexp_extract_all(words, '\p{Han}'));
create or replace temp macro needle_key(phrase) as
    case
        when regexp_matches(phrase, '^\p{Han}') then left(phrase, 1)
        else left(string_split(match_key(phrase), ' ')[1], 3)
    end;
