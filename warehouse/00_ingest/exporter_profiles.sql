-- Grain: one row of the delivery, what one enterprise sells where. Purpose: canonical typed columns of exporter_profiles.
-- Not: a register of enterprises. A market or code that cannot be read is flagged; the others of its row count.
with parsed as not materialized (
    select
        row_no, row_text, upper(enterprise_code) as code, enterprise_name, coalesce(wto_hs_codes(hs_codes), []) as hs_list,
        origins_of(replace(markets, '、', ';')) as market, wto_list(replace(replace(product_words, '、', ';'), ',', ';')) as words,
        received_on, coalesce(parse_date(received_on), getvariable('delivered_on')) as received
    from delivery
)
select
    row_no, row_text, code as enterprise_code, enterprise_name, hs_list as hs_codes,
    market.codes as market_countries,
    coalesce(words, []) as product_words, received as event_on, received as received_on,
    present([
        case when len(hs_list) = 0 then 'hs_missing' end,
        case when market.codes = ['unknown'] then 'market_unrecognised' when len(market.flags) > 0 then 'market_partly_unrecognised' end,
        enterprise_code_flag(code)
    ]) as flags,
    present([key_reason('enterprise_code', code), date_reason('received_on', received_on, parse_date(received_on))]) as reasons
from parsed;
