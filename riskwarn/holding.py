"""What the review budget held back of a night: what each would have said, its place in line, and the rule that kept it off the list."""

from __future__ import annotations

import pandas as pd

from riskwarn.assess import episodes as ep
from riskwarn.assess.wording import probability
from riskwarn.assessing import assess
from riskwarn.behind import Behind
from riskwarn.describing import WARNING_COLUMNS, describe
from riskwarn.frames import records
from riskwarn.sql import Connection
from riskwarn.text import LANGS, Lang, translator

COLUMNS = (*WARNING_COLUMNS, "opened_count", "list_budget", "cut_rank", "cut_reason_en", "cut_reason_zh")


def held_back(con: Connection, night: ep.Night, budget: int) -> pd.DataFrame:
    """One row an opening that was cut (COLUMNS), the strongest first: ``cut_rank`` of ``opened_count`` statistical openings."""
    if not night.cut:
        return pd.DataFrame(columns=list(COLUMNS))
    behind = Behind.read(con, night.cut)
    frame, _evidence = describe(con, night.cut, behind, assess(night.cut, behind), "")
    frame["opened_count"], frame["list_budget"] = budget + len(night.cut), budget
    frame["cut_rank"] = range(budget + 1, budget + len(night.cut) + 1)
    for lang in LANGS:
        said = [_why(row["p_value"], row["cut_rank"], row["opened_count"], budget, lang) for row in records(frame)]
        frame[f"cut_reason_{'en' if lang == 'en' else 'zh'}"] = said
    return frame[list(COLUMNS)]


def _why(p_value: float | None, rank: int, opened: int, budget: int, lang: Lang) -> str:
    p = probability(1.0 if p_value is None or p_value != p_value else p_value, lang)  # a missing one in a table is not itself
    text = translator(lang)(
        "{opened} statistical warnings opened that night and the budget lists {budget}; by strength (p = {p}) this was number {rank}. "
        "It opens on a later night if it still stands out."
    )
    return text.format(opened=opened, budget=budget, p=p, rank=rank)
