-- Q: How did the failure rate of each product and origin move by quarter, among lots selected at random?
-- 问: 随机抽中的批次中，各产品、各原产国（地区）的不合格率逐季如何变化？
-- Only random selection estimates the rate of all goods; targeted lots are chosen because they are expected to fail.

select
    direction, product_code, origin_country, date_trunc('quarter', week)::date as quarter, sum(inspected_random) as inspected,
    sum(failed_random) as failed, round(100 * sum(failed_random) / sum(inspected_random), 2) as failure_pct
from mart_series_week
where scope = 'product_origin'
group by all
having sum(inspected_random) > 0
order by direction, product_code, origin_country, quarter;
