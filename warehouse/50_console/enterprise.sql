-- Grain: one enterprise ($1).
-- Purpose: the file of an enterprise reads mart_enterprise_profile; who is known by a profile of exporters alone has a file too, with nothing
-- inspected and nothing reported.
-- Not: a table of the warehouse.

select * from mart_enterprise_profile
where enterprise_code = $1
union all by name
select
    enterprise_code, max(enterprise_name) as enterprise_name, 0 as import_lot_count, 0 as export_lot_count, 0 as inspected_count,
    0 as failed_count, 0 as finding_count, 0 as report_count, 0 as recall_count, 0 as rejection_count, 0 as barrier_count, 0 as warning_count
from core_exporter_profile
where enterprise_code = $1 and enterprise_code not in (select enterprise_code from mart_enterprise_profile)
group by enterprise_code;
