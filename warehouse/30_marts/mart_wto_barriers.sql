-- Grain: foreign measure (family of its WTO symbol, 'unknown' where the enterprise named none) x market.
-- Purpose: what enterprises report of technical barriers that they met: how many, how many of them, their loss and cost; a measure that
-- someone has met comes before others in the list of measures ahead.
-- Not: the cost of the measure: only what was reported, unverified. A report that names several symbols counts under each.

create or replace table mart_wto_barriers as
with cited as (
    select
        report_id, enterprise_code, coalesce(market_country, 'unknown') as market_country, loss_cny, compliance_cost_cny, received_on,
        list_filter(string_split_regex(regexp_replace(coalesce(wto_symbol, ''), '[ \t]', '', 'g'), '[,;、；，\n]'), lambda one: one <> '') as symbols
    from core_enterprise_report
    where report_type = 'technical_barrier' or wto_symbol is not null
),
told as (
    select
        report_id, enterprise_code, market_country, loss_cny, compliance_cost_cny, received_on,
        unnest(case when len(symbols) > 0 then symbols else ['unknown'] end) as symbol
    from cited
),
-- An addendum met is the measure met.
placed as (
    select distinct
        report_id, enterprise_code, market_country, loss_cny, compliance_cost_cny, received_on,
        case when symbol = 'unknown' then symbol else upper(regexp_replace(symbol, '(/(Add|Corr|Rev|Suppl)\.\d+)+$', '', 'i')) end as family
    from told
)
select
    family, market_country, count(*) as barrier_count, count(distinct enterprise_code) as enterprise_count, sum(loss_cny) as loss_cny,
    sum(compliance_cost_cny) as compliance_cost_cny, min(received_on) as first_seen_on, max(received_on) as last_seen_on
from placed
group by family, market_country
order by family, market_country;
