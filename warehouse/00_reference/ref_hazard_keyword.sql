-- ref_hazard_keyword: one row a phrase to find in free text (recall reasons, complaints). Purpose: free text -> hazard category and,
-- where the words name it, the substance. `needs`: at least one of these must be found too (empty: nothing more is needed).
-- tier 1: the words name the hazard; tier 2: they count only where nothing of tier 1 is found. Lower rank is preferred. Not: exact;
-- rows so classed are flagged hazard_inferred.
create or replace temp table ref_hazard_keyword as
with keyword as (
    select
        rank::integer as rank, tier::integer as tier, unnest(string_split(phrases, '|')) as phrase,
        string_split(needs_one_of, '|') as needs, hazard_category, nullif(substance, '') as substance
    from read_csv(getvariable('reference_folder') || '/hazard_keywords.csv', header = true, all_varchar = true)
)
select
    rank, tier, phrase, needle_key(phrase) as needle_key, needle_of(phrase) as needle,
    list_transform(list_filter(coalesce(needs, []), lambda n: n <> ''), lambda n: needle_of(n)) as needs,
    keyword.hazard_category, substance, category.domain
from keyword
join ref_hazard_category as category using (hazard_category);
