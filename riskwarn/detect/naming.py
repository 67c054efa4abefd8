"""A substance that rises while its hazard category does not: the records name it otherwise than before, the goods are the same."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riskwarn.detect.workdays import Floats
from riskwarn.model import ALL, Scope

LEAST_SHARE = 0.5  # of a substance's excess that must show in its category


def is_borne_out(keys: pd.DataFrame, counts: Floats, expected: Floats, widths: np.ndarray, asked: np.ndarray | None = None) -> np.ndarray:
    """Per series whether at least half of its excess over the newest ``widths`` weeks shows at its hazard category.

    True for every series that is not of one substance, and for those not ``asked``. The category is that of the same product
    (product_hazard), for a substance over all products the sum over products. ``counts`` and ``expected`` are series x weeks, the
    newest last.
    """
    result = np.ones(len(keys), dtype=bool)
    scope = keys["scope"].to_numpy()
    is_substance = np.isin(scope, [Scope.PRODUCT_SUBSTANCE, Scope.SUBSTANCE])
    substances = np.flatnonzero(is_substance if asked is None else is_substance & asked)
    categories = np.flatnonzero(scope == Scope.PRODUCT_HAZARD)
    if not (substances.size and categories.size):
        return result
    wanted, at = np.unique(widths[substances] - 1, return_inverse=True)

    def over(rows: np.ndarray) -> Floats:
        """Excess of these series over the widths that some substance asks for."""
        found: Floats = np.cumsum((counts[rows] - expected[rows])[:, ::-1], axis=1)[:, wanted]
        return found

    dimensions = ["direction", "product_scheme", "product_code", "hazard_category"]
    of_product = pd.DataFrame(over(categories), index=pd.MultiIndex.from_frame(keys.iloc[categories][dimensions]))
    everywhere = of_product.groupby(level=["direction", "product_scheme", "hazard_category"]).sum()
    everywhere.index = pd.MultiIndex.from_tuples([(d, s, ALL, h) for d, s, h in everywhere.index], names=dimensions)
    table = pd.concat([of_product, everywhere])
    mine = table.reindex(pd.MultiIndex.from_frame(keys.iloc[substances][dimensions])).to_numpy()
    category = mine[np.arange(substances.size), at]
    result[substances] = np.isnan(category) | (category >= LEAST_SHARE * over(substances)[np.arange(substances.size), at])
    return result
