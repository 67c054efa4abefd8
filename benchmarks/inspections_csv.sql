-- Grain: one inspected lot, as an authority's export would write it. Purpose: some 80 bytes a row, so that five million rows make 400 MB.
-- Not: realistic rates; one in a hundred codes is in chapter 77, which does not exist, so that some rows are set aside.
select
    'CIQ' || cast(100000000 + i as varchar) as "查验单号",
    case when hash(i) % 4 = 0 then '出口' else '进口' end as "进出口",
    cast(220020261000000000 + i as varchar) as "报关单号",
    case when hash(i * 5) % 3 = 0 then '随机' else '布控' end as "布控方式",
    printf('%02d%08d', 1 + hash(i * 11) % 96, 100000 * (hash(i * 13) % 300)) as "商品编号",
    array['US', 'DE', 'FR', 'IN', 'VN', 'TH', 'JP', 'KR', 'AU', 'NZ', 'BR', 'CL'][1 + cast(hash(i * 17) % 12 as integer)] as "原产国(地区)",
    case when hash(i * 19) % 33 = 0 then '不合格' else '合格' end as "检验结果",
    cast(date '2023-01-01' + cast(i * 1000 // getvariable('row_count') as integer) as varchar) as "取样日期",
    cast(date '2023-01-04' + cast(i * 1000 // getvariable('row_count') as integer) as varchar) as "结果日期"
from range(getvariable('row_count')) as lots (i)
