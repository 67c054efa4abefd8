-- macro hazard_category_of(system, text): our category of what `system` (or any: '*') calls a hazard. NULL where the text is not
-- listed, 'unknown' where it says that none is named ('n/a', 未知).
create or replace temp macro hazard_category_of(of_system, raw) as (
    select arg_min(a.hazard_category, case when a.system = '*' then 1 else 0 end)
    from ref_hazard_alias as a
    where a.alias_key = match_key(raw) and a.system in (of_system, '*')
);

-- macro hazards_in(domain, text): every category of the domain ('food', 'consumer', '*' for any), with the substance where it is named,
-- whose words the free text contains, best first; NULL where there is none. Vague words (label, temperature, smell) count only where
-- no plain one is found, and a category without substance only where the text names none in it.
create or replace temp macro hazards_in(of_domain, raw) as (
    select list({'substance': substance, 'hazard_category': hazard_category} order by rank, substance)
        filter (where tier = best_tier and (substance is not null or not is_named))
    from (
        select
            hazard_category, substance, rank, tier, min(tier) over () as best_tier,
            bool_or(substance is not null) over (partition by hazard_category) as is_named
        from (
            select k.hazard_category, k.substance, min(k.rank) as rank, min(k.tier) as tier
            from (select words, unnest(keys_in(words)) as needle_key from (select words_in(raw) as words)) as t
            join ref_hazard_keyword as k using (needle_key)
            where contains(t.words, k.needle) and (of_domain = '*' or k.domain in (of_domain, 'both'))
                and (len(k.needs) = 0 or list_bool_or(list_transform(k.needs, lambda n: contains(t.words, n))))
            group by k.hazard_category, k.substance
        )
    )
);

-- macro hazard_category_in(text): the best of hazards_in, of any domain.
create or replace temp macro hazard_category_in(raw) as hazards_in('*', raw)[1].hazard_category;
