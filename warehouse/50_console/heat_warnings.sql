-- Grain: product x origin of the active warnings of a direction ($1).
-- Purpose: how many warnings a cell of the table of products by country leads to.
-- Not: a table of the warehouse; a warning on all origins ('*') belongs to the product's row, not to a cell.

select product_scheme, product_code, origin_country, count(*) as warning_count
from mart_warnings
where direction = $1 and status in ('open', 'quiet')
group by product_scheme, product_code, origin_country
order by product_scheme, product_code, origin_country;
