-- Grain: complaint whose seller bears the name ($1) of an enterprise, the newest thirty, with how many there are in all.
-- Purpose: complaints in the file of an enterprise. They name a seller, never a code: the whole name must agree.
-- Not: a table of the warehouse, nor all complaints on its goods, which others sell (enterprise_complaints_alike).

select
    complaint_id, kind, region, product_name, brand, hs4, origin_country, hazard_category, issue, injured_count, death_count, received_on, file_name,
    row_no, count(*) over () as total
from core_complaint
where seller is not null and trim($1) <> '' and lower(trim(seller)) = lower(trim($1))
order by received_on desc, complaint_id
limit 30;
