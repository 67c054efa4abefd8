-- macro match_key(text): the form in which two spellings of one name are compared: lower case, no accents, anything that is
-- neither letter nor digit as one blank, no article before or after. 'Côte d’Ivoire', 'COTE D''IVOIRE' -> 'cote d ivoire';
-- 'Gambia (the)', 'the Gambia' -> 'gambia'; '中国香港' stays. NULL and blank give NULL.
-- Not a display form, and not for free text.
create or replace temp macro match_key(raw) as
    nullif(
        regexp_replace(
            trim(regexp_replace(lower(strip_accents(raw)), '[^\p{L}\p{N}]+', ' ', 'g')),
            '^the | the$', '', 'g'
        ),
        ''
    );
