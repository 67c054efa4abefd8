-- Q: For which hazards do a product's lots fail most, and from which origins?
-- 问: 各产品最常见的不合格危害是什么？主要来自哪些原产国（地区）？

select
    direction, product_code, hazard_category, count(distinct event_key) as failed_lots,
    string_agg(distinct origin_country, ', ' order by origin_country) as origins,
    string_agg(distinct substance, ', ' order by substance) as substances
from core_event
where indicator_base = 'failed'
group by direction, product_code, hazard_category
order by failed_lots desc, product_code, hazard_category;
