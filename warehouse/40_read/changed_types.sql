-- Grain: a column of a staging view whose type is not the one it declares.
-- Purpose: a partition written with another type is an error that names the column, before anything is computed from it.
-- Not: a table of the warehouse: a query that the build runs after staging.

select
    replace(declared.table_name, 'contract_', '') as source, declared.column_name, declared.data_type as declared_type,
    staged.data_type as staged_type
from duckdb_columns() as declared
inner join duckdb_columns() as staged
    on
        replace(declared.table_name, 'contract_', 'stg_') = staged.table_name
        and declared.column_name = staged.column_name
where starts_with(declared.table_name, 'contract_') and declared.data_type != staged.data_type;
