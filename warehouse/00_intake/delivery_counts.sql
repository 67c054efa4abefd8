-- Grain: one row, for one typed delivery (typed_delivery). Purpose: its counts; read = accepted + quarantined + duplicates.
-- Not: final: the check stage may set more rows aside.
select
    count(*) as read,
    count(*) filter (where not is_duplicate and len(reasons) = 0) as accepted,
    count(*) filter (where not is_duplicate and len(reasons) > 0) as quarantined,
    count(*) filter (where is_duplicate) as duplicates,
    max(received_on) filter (where not is_duplicate and len(reasons) = 0) as newest_received_on
from typed_delivery
