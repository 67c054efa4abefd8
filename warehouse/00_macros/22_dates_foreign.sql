-- macro parse_month_name_date(text): 'Jun 30, 2022', 'February 06, 2025', '30 June 2022' as US and EU lists write them, and what
-- parse_date reads; NULL where the text is no such date. A time of day is no part of it.
create or replace temp macro parse_month_name_date(cleaned) as coalesce(
    sane_date(cast(try_strptime(cleaned, ['%b %d, %Y', '%B %d, %Y', '%d %b %Y', '%d %B %Y']) as date)), parse_date(cleaned)
);
