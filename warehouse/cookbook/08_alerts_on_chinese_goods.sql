-- Q: What do foreign authorities find on goods from China, and which of them are new in the last 13 weeks?
-- 问: 境外通报中国产品的主要问题是什么？近13周有哪些新增？

select
    system, product_category, product_code, hazard_category, substance, count(distinct event_key) as alerts,
    count(distinct event_key) filter (where week > (select as_of from core_night) - interval 91 day) as alerts_13_weeks,
    min(event_on) as first_on, max(event_on) as newest_on
from core_alert
where direction = 'export'
group by system, product_category, product_code, hazard_category, substance
order by alerts_13_weeks desc, alerts desc, system, product_code, hazard_category, substance;
