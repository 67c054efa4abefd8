-- Q: Which products hurt people, according to consumers and enterprises, and how badly?
-- 问: 据消费者和企业反映，哪些产品伤了人？伤得多重？

select
    product_code, origin_country, hazard_category, count(distinct event_key) as injuries,
    count(distinct event_key) filter (where indicator_base = 'grave') as grave, sum(death_count) as deaths, max(event_on) as newest_on,
    string_agg(distinct source, ', ' order by source) as sources
from core_event
where indicator_base in ('injury', 'grave') and source in ('consumer_complaints', 'enterprise_reports')
group by product_code, origin_country, hazard_category
order by grave desc, injuries desc, product_code, origin_country, hazard_category;
