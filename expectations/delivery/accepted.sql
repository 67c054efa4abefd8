-- Grain: one row of a delivery that counts; the order of the file is kept.
-- Purpose: lake/accepted/<source>/<delivery_id>.parquet where some rows of the delivery were set aside or were on record already.
-- Not: the version known at a night (warehouse/10_staging), nor rows set aside (quarantine.sql).
select * exclude (reasons, is_duplicate, row_json, failed, key_text, row_text)
from judged
where not is_duplicate and len(failed) = 0
