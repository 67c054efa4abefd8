-- Grain: one row of a delivery that counts; the order of the file is kept.
-- Purpose: lake/accepted/<source>/<delivery_id>.parquet where every row of the delivery counts: a plain copy.
-- Not: for a delivery with a bad or repeated row (accepted.sql).
select * exclude (reasons, is_duplicate, row_json)
from typed
