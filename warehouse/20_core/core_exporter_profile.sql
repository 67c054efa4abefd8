-- Grain: enterprise in China x HS code x market.
-- Purpose: what it sells where, from its profile or from what it reported of a market; who sells to a member of the European Union sells
-- to the Union, which notifies the measures of its members.
-- Not: everything it exports: a report tells of the one product it is about.

create or replace table core_exporter_profile as
with told as (
    select enterprise_code, enterprise_name, unnest(hs_codes) as hs_code, market_countries, product_words
    from stg_exporter_profiles
),
listed as (
    select enterprise_code, enterprise_name, hs_code, unnest(market_countries) as market_country, product_words, 'profile' as origin_of_entry
    from told
    union all
    select distinct enterprise_code, enterprise_name, hs_code, market_country, cast([] as varchar[]), 'report'
    from stg_enterprise_reports
    where enterprise_code is not null and hs_code is not null and market_country is not null
),
sold as (
    select enterprise_code, enterprise_name, hs_code, market_country, product_words, origin_of_entry
    from listed
    where market_country <> 'unknown'
    union
    select enterprise_code, enterprise_name, hs_code, 'EU', product_words, origin_of_entry
    from listed
    where
        market_country in (
            'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL',
            'PL', 'PT', 'RO', 'SE', 'SI', 'SK'
        )
),
profiled as (
    select * from sold
    where origin_of_entry = 'profile'
)
select * from profiled
union all
select r.*
from sold as r
anti join profiled as p on r.enterprise_code = p.enterprise_code and r.hs_code = p.hs_code and r.market_country = p.market_country
where r.origin_of_entry = 'report';
