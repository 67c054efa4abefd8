-- macro country_code(text): ISO alpha-2 (also EU, XK and withdrawn codes of our file) of a name or code; 'unknown' where the text says
-- that the country is not known; NULL where the text is blank or not recognised.
-- RASFF writes 'Germany (DE)': where the whole text is not listed, the part before the last bracket is tried.
create or replace temp macro country_code(raw) as (
    select arg_min(a.country_code, k.preference)
    from (
        values (1, match_key(raw)), (2, match_key(regexp_replace(raw, '\s*[(（][^()（）]*[)）]\s*$', '')))
    ) as k (preference, alias_key)
    join ref_country_alias as a on a.alias_key = k.alias_key
);
