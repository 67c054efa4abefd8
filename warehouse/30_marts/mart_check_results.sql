-- Grain: source x check that was run this night.
-- Purpose: what the validation said, with how many rows were concerned.
-- Not: the rows themselves (mart_quarantine) nor the readable pages (reports/<as_of>/data_docs).

create or replace table mart_check_results (
    source text, delivery_id text, check_name text, severity text, is_success boolean, checked_count bigint, failed_count bigint,
    observed_value text, note text
);

insert into mart_check_results
select source, delivery_id, check_name, severity, is_success, checked_count, failed_count, observed_value, note
from (
    select * from mart_check_results
    union all by name
    select * from read_parquet(getvariable('check_results_files'))
)
order by source, delivery_id, check_name;
