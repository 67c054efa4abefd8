-- Grain: quarter in which lots of an enterprise ($1) with a result were sampled, the newest twelve, oldest first.
-- Purpose: how its pass rate went, in the file of an enterprise.
-- Not: a table of the warehouse; targeted lots lower the rate.

with counted as (
    select cast(date_trunc('quarter', event_on) as date) as quarter, count(*) as inspected, count(*) filter (where is_failed) as failed
    from core_lot
    where enterprise_code = $1 and is_resulted
    group by quarter
    order by quarter desc
    limit 12
)
select * from counted
order by quarter;
