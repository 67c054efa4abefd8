-- Q: What is the export pass rate by month, and how certain is it?
-- 问: 出口合格率逐月是多少？置信区间有多宽？

select month, inspected_count, passed_count, round(100 * pass_rate, 2) as pass_pct, round(100 * pass_rate_lower, 2) as lower_pct,
    round(100 * pass_rate_upper, 2) as upper_pct
from mart_quality_statistics
where scope = 'direction' and direction = 'export' and selection = '*'
order by month;
