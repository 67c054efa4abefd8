-- Q: Where do different sources point to the same product and origin: lots failing, complaints and reports together?
-- 问: 哪些产品和原产国（地区）同时出现不合格、投诉和企业报告？

select
    direction, product_code, origin_country, sum(failed) as failed_lots, sum(inspected) as inspected_lots, sum(complaints) as complaints,
    sum(injuries) as injuries, sum(enterprise_reports) as enterprise_reports
from mart_series_week
where scope = 'product_origin' and product_scheme = 'HS' and week > (select as_of from core_night) - interval 182 day
group by direction, product_code, origin_country
having (sum(failed) > 0)::integer + (sum(complaints) > 0)::integer + (sum(enterprise_reports) > 0)::integer >= 2
order by injuries desc, failed_lots desc, complaints desc, product_code, origin_country;
