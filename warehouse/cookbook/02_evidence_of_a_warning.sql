-- Q: What stands behind the gravest open warning: which declarations, orders or references, in which file and row?
-- 问: 最重的未关闭预警依据哪些报关单、投诉单或通报？在哪个文件的哪一行？

select e.warning_id, e.evidence_no, e.source, e.evidence_key, e.event_on, e.origin_country, e.hazard_category, e.file_name, e.row_no
from mart_warning_evidence as e
where
    e.warning_id = (
        select warning_id
        from mart_warnings
        where status in ('open', 'quiet')
        order by array_position(['red', 'orange', 'yellow', 'blue'], level), first_raised_on desc, warning_id
        limit 1
    )
order by e.evidence_no;
