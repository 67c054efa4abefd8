-- Words that the notifications of several foreign systems share.

-- macro origin_pieces(text): the countries named in one field, still as text. ';' always parts; ',' parts where no blank follows it (the
-- RASFF portal joins so), and else, like 'and', only where the whole is not itself a country: 'Korea, Republic of' and 'Bosnia and
-- Herzegovina' stay, 'Netherlands, India' parts. 'China, Hong Kong' is Hong Kong; 'China,Hong Kong' is two.
create or replace temp macro origin_pieces(raw) as (
    select list(trim(small.piece) order by big.place, small.place)
    from (
        select
            place,
            case
                when country_code(piece) is not null then [piece]
                else string_split(regexp_replace(piece, ',|( and )', ';', 'g'), ';')
            end as cells
        from (
            select unnest(l.pieces) as piece, generate_subscripts(l.pieces, 1) as place
            from (select string_split(regexp_replace(raw, ',([^ ])', ';\1', 'g'), ';') as pieces) as l
        )
    ) as big,
    lateral (select unnest(big.cells) as piece, generate_subscripts(big.cells, 1) as place) as small
    where trim(small.piece) <> ''
);

-- macro origins_of(text): {codes, flags}. codes: ISO alpha-2 of the countries named, in order, each once; ['unknown'] where none is
-- recognised. flags: origin_missing (blank, or the text says unknown), origin_partly_unknown, origin_unrecognised (something
-- named is in no list of ours). Where a piece is a phrase, the country after its last 'from' or 'in' counts.
create or replace temp macro origins_of(raw) as (
    select {
        'codes': case when len(named) > 0 then named else ['unknown'] end,
        'flags': present([
            case when len(named) = 0 and unlisted = 0 then 'origin_missing' end,
            case when len(named) > 0 and said_unknown > 0 then 'origin_partly_unknown' end,
            case when unlisted > 0 then 'origin_unrecognised' end
        ])
    }
    from (
        select
            coalesce(list(code order by place) filter (where code <> 'unknown' and is_first), []) as named,
            count(*) filter (where code = 'unknown') as said_unknown,
            count(*) filter (where piece is not null and code is null) as unlisted
        from (
            select piece, place, code, row_number() over (partition by code order by place) = 1 as is_first
            from (
                select
                    p.piece, p.place,
                    coalesce(country_code(p.piece), country_code(regexp_extract(p.piece, '(?:^|.* )(?:from|in) (.+)$', 1))) as code
                from (
                    select unnest(l.pieces) as piece, generate_subscripts(l.pieces, 1) as place
                    from (select origin_pieces(raw) as pieces) as l
                ) as p
            )
        )
    )
);

-- macro without_route(text): an origin phrase of the older RASFF subjects without what follows the origin (route, packer, raw material,
-- contents). Whole words only: Latvia and Bolivia contain 'via'.
create or replace temp macro without_route(raw) as
    trim(regexp_replace(
        raw,
        '(?i)[, ]+\b(or )?(via|dispatched|packaged|processed|manufactured|(with )?raw material|containing|contaminated'
            || '|treated|unfit|used|obtained|with defective)\b.*$',
        ''
    ), ' ,');

-- macro names_death(text): true where a person is said to have died. 'No deaths', 'pet deaths', 'can cause illness or death' do not; a
-- number of deaths does ('may have caused two deaths').
create or replace temp macro deaths_counted(lowered) as regexp_matches(
    lowered,
    '\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|several) ([a-z]+[- ]){0,3}(deaths?|died|fatalit(y|ies)|fatally|killed)\b'
);
create or replace temp macro without_mere_danger(lowered) as regexp_replace(
    lowered,
    '\bno (known |reported |reports of |confirmed )?(\w+ ){0,4}(deaths?|fatalit(y|ies))'
        || '|\b(can|could|may|might|risks?|potential|potentially|possible|hazards?|danger)\b[^.;]{0,150}'
        || '\b(deaths?|died|fatalit(y|ies)|killed)\b'
        || '|\bor deaths?\b|\bdeath by\b|未.{0,6}死亡|无.{0,4}死亡|没有.{0,6}死亡|可能.{0,8}死亡',
    ' ', 'g'
);
create or replace temp macro without_animals(lowered) as
    regexp_replace(lowered, '\b(pet|animal|dog|cat|bird|horse)s?\b.{0,20}\b(deaths?|died|killed)\b', ' ', 'g');
create or replace temp macro names_death(raw) as coalesce(
    deaths_counted(without_animals(lower(raw)))
    or regexp_matches(
        without_mere_danger(without_animals(lower(raw))), '\bdeaths?\b|\bdied\b|\bfatalit(y|ies)\b|\bfatally\b|\bkilled\b|死亡|身亡|致死'
    ),
    false
);

-- macro substance_of(text, category): the substance alone, lower case: without the category after it and without what the notification
-- says about it ('too high content of', 'unauthorised', 'migration of'): 'Nitrite - too high content of - composition' -> 'nitrite',
-- 'unauthorised substance ethylene oxide' -> 'ethylene oxide'. NULL where nothing is left or 'n/a'.
create or replace temp macro substance_of(raw, category) as nullif(nullif(trim(
    regexp_replace(
        regexp_replace(
            regexp_replace(
                case
                    when ends_with(lower(trim(raw)), ' - ' || lower(trim(category)))
                        then lower(trim(raw))[: - length(trim(category)) - 4]
                    else lower(trim(raw))
                end,
                '( -)? +(unauthori[sz]ed( substance| use of| colour| novel food ingredient| feed additive| in)?|prohibited substance'
                    || '|(too )?high (content|count|level|intake)( of)?|migration( of)?|undeclared|improperly declared|traces of'
                    || '|presence( of)?'
                    || '|residue level above mrl( for)?|(parasitic infestation|infested) with|risk of( overdosage with)?|presumptive'
                    || '|suspicion of|unlabelled)[ -]*$',
                ''
            ),
            '^((no definition|unauthori[sz]ed( substance| use of( colour)?| colour| novel food ingredient| feed additive'
                || '| placing on the market of)?|prohibited substance|(too )?high (content|count|level|intake) of|migration of|undeclared'
                || '|traces of|presence of|suspicion of|residue level above mrl for|infested with'
                || '|parasitic infestation with|presumptive)[ -]+)+',
            ''
        ),
        '\s+', ' ', 'g'
    ), ' -'), ''), 'n/a');

-- macro paired_hazards(system, substances, categories): {hazards, flags}. The n-th substance belongs to the n-th category; where only one
-- category is named for several substances it is that of all. hazards: struct(substance, hazard_category)[], each pair once, in order,
-- never empty: [{NULL, 'unknown'}] where nothing is named. A category in no list of ours is 'other_hazard', never 'unknown'.
-- flags: hazard_missing, hazard_unrecognised, hazards_unpaired.
create or replace temp macro paired_hazards(of_system, substances, categories) as (
    select {
        'hazards': case
            when count(*) filter (where is_named) = 0 then [{'substance': cast(null as varchar), 'hazard_category': 'unknown'}]
            else list({'substance': substance, 'hazard_category': hazard_category} order by place) filter (where is_named and is_first)
        end,
        'flags': present([
            case when count(*) filter (where is_named) = 0 then 'hazard_missing' end,
            case when count(*) filter (where is_named and not is_listed) > 0 then 'hazard_unrecognised' end,
            case when len(categories) > 1 and len(substances) > 0 and len(substances) <> len(categories) then 'hazards_unpaired' end
        ])
    }
    from (
        select
            place, substance, coalesce(listed, 'other_hazard') as hazard_category, listed is not null as is_listed,
            coalesce(listed, 'other_hazard') <> 'unknown' as is_named,
            row_number() over (partition by substance, coalesce(listed, 'other_hazard') order by place) = 1 as is_first
        from (
            select
                p.place, substance_of(p.substance, p.category) as substance,
                coalesce(hazard_category_of(of_system, p.category), hazard_category_of(of_system, p.substance)) as listed
            from (
                select
                    place, trim(substances[place]) as substance,
                    trim(coalesce(
                        categories[place], case when len(list_distinct(present(categories))) = 1 then present(categories)[1] end
                    )) as category
                from (
                    select unnest(range(1, greatest(coalesce(len(substances), 0), coalesce(len(categories), 0)) + 1)) as place
                )
            ) as p
        )
    )
);

-- macro rasff_reference(text): a RASFF reference with the trailing zeros that a spreadsheet took for those of a number: since 2006 the
-- running number has at least four digits, so '2019.452' is '2019.4520'. A fifth digit that was zero cannot be seen to be missing.
create or replace temp macro rasff_reference(raw) as
    case
        when regexp_full_match(raw, '\d{4}\.\d{1,3}') and substr(raw, 1, 4) >= '2006' then rpad(raw, 9, '0')
        else raw
    end;
