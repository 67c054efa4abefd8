-- Q: Which enterprises have the lowest pass rate among those with at least five inspected lots?
-- 问: 受检五批以上的企业中，哪些合格率最低？

select enterprise_code, enterprise_name, inspected_count, failed_count, round(100 * pass_rate, 1) as pass_pct, finding_count, report_count,
    warning_count, last_seen_on
from mart_enterprise_profile
where inspected_count >= 5
order by pass_rate, failed_count desc, enterprise_code
limit 50;
