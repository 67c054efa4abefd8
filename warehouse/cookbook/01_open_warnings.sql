-- Q: Which warnings are open tonight, gravest first, and why?
-- 问: 今晚有哪些未关闭的预警？按级别从重到轻排列，理由是什么？

select level, product_name, origin_country, hazard_category, first_raised_on, observed, round(expected, 1) as expected, reason_zh, reason_en
from mart_warnings
where status in ('open', 'quiet')
order by array_position(['red', 'orange', 'yellow', 'blue'], level), first_raised_on desc;
