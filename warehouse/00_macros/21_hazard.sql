-- macro hazard_category_of(system, text): our category of what `system` (or any: '*') calls a hazard. NULL where the text is not
-- listed, 'unknown' where it says that none is named ('n/a', 未知).
create or replace temp macro hazard_category_of(of_system, raw) as (
    select arg_min(a.hazard_category, case when a.system = '*' then 1 else 0 end)
    from ref_hazard_alias as a
    where a.alias_key = match_key(raw) and a.system in (of_system, '*')
);

-- macro hazards_in(text): every category, with the substance where it is named, whose words the free text contains, best first;
-- NULL where there is none.
create or replace temp macro hazards_in(raw) as (
    select list({'substance': k.substance, 'hazard_category': k.hazard_category} order by k.rank, k.substance nulls last)
    from (
        select hazard_category, substance, min(rank) as rank
        from ref_hazard_keyword
        where regexp_matches(lower(raw), pattern)
        group by hazard_category, substance
    ) as k
);

-- macro hazard_category_in(text): the best of hazards_in.
create or replace temp macro hazard_category_in(raw) as (
    select arg_min(k.hazard_category, k.rank)
    from ref_hazard_keyword as k
    where regexp_matches(lower(raw), k.pattern)
);
