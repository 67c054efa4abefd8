-- Grain: source x delivery (empty at the level of the source) x expectation that was checked this night.
-- Purpose: what the validation said, with how many rows were concerned and the keys of some of them.
-- Not: the rows themselves (mart_quarantine) nor the readable pages (reports/<as_of>/data_docs).

create or replace table mart_check_results (
    source text, delivery_id text, expectation_id text, description_en text, description_zh text, severity text, level text,
    is_success boolean, unexpected_count bigint, element_count bigint, sample text, note text
);

insert into mart_check_results
select
    source, delivery_id, expectation_id, description_en, description_zh, severity, level, success as is_success, unexpected_count,
    element_count, sample, note
from (
    select *, is_success as success from mart_check_results
    union all by name
    select * from read_parquet(getvariable('check_results_files'), union_by_name = true)
)
order by source, delivery_id, expectation_id;
