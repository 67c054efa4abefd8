-- ref_conflict: one row a spelling that leads to two codes. Purpose: must be empty, because a lookup would depend on chance.
create or replace temp view ref_conflict as
select 'country_aliases' as file_name, alias from ref_country_alias where code_count > 1
union all
select 'hazard_aliases', alias from ref_hazard_alias where code_count > 1
union all
select 'product_aliases', alias from ref_product_alias where code_count > 1
union all
select 'substances', spelling from ref_substance where code_count > 1
order by all;
